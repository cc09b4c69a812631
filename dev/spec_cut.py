#!/usr/bin/env python3
"""Cuts Okta's OpenAPI description down to its facts.

    dev/spec_cut.py management.yaml FOLDER

writes operations.tsv and properties.tsv into the folder. emulator/spec/README.md says what they hold.
"""

import sys

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
JSON_SCALARS = ("boolean", "integer", "number", "string")
METHODS = ("get", "post", "put", "patch", "delete")
COLUMNS = (
    *("method", "path", "credential", "scopes", "lifecycle", "skus"),
    *("query", "body", "answer", "status", "values", "defaults"),
)


class Spec:
    def __init__(self, root):
        self.root = root
        self.schemas = {}

    def resolve(self, node):
        while "$ref" in node:
            found = self.root
            for part in node["$ref"][2:].split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def named(self, node, name):
        """The name of a schema, which is cut too: its own, or one made of where it stands."""
        if "$ref" in node:
            name = node["$ref"].rsplit("/", 1)[-1]
        if name not in self.schemas:
            self.schemas[name] = {}
            self.cut(self.resolve(node), name, self.schemas[name])
        return name

    def cut(self, node, name, found):
        """The properties of a schema with those that it inherits; kinds of it stand under `*`."""
        node = self.resolve(node)
        for part in node.get("allOf", []):
            self.cut(part, name, found)
        kinds = {}
        for part in node.get("oneOf", []) + node.get("anyOf", []):
            kinds[self.named(part, f"{name}.{len(kinds)}")] = None
        for target in node.get("discriminator", {}).get("mapping", {}).values():
            kind = target.rsplit("/", 1)[-1]
            if kind != name:
                kinds[self.named({"$ref": f"#/components/schemas/{kind}"}, kind)] = None
        if kinds:
            known = found.get("*", ("", [], []))[0].split()
            found["*"] = (" ".join([*known, *(kind for kind in kinds if kind not in known)]), [], [])
        for key, value in node.get("properties", {}).items():
            kind = self.type(value, f"{name}.{key}")
            found[key] = (kind, self.values(value), self.flags(node, key, value))

    def values(self, node):
        """Every value that is known, of a list those of its elements."""
        target = self.resolve(node)
        if target.get("type") == "array":
            target = self.resolve(target.get("items", {}))
        parts = [self.resolve(part) for part in target.get("allOf", [])]
        known = target.get("enum") or next((part["enum"] for part in parts if "enum" in part), [])
        return [str(value) for value in known if isinstance(value, str) and " " not in value]

    def flags(self, node, key, value):
        """Whether an object must have it, and whether Okta alone writes it."""
        read_only = value.get("readOnly") or self.resolve(value).get("readOnly")
        required = key in node.get("required", [])
        return [*["required"] * required, *["read-only"] * bool(read_only)]

    def type(self, node, name):
        """The type of a value: one of SQL's, or the name of a schema."""
        target = self.resolve(node)
        kind, form = target.get("type"), target.get("format")
        if kind == "array":
            inner = self.type(target.get("items", {}), name)
            return "text[]" if inner == "text" else f"[]{inner}"
        if kind == "string" or "enum" in target and kind is None:
            return "timestamptz" if form == "date-time" else "text"
        if kind == "boolean":
            return "boolean"
        if kind == "integer":
            return "integer"
        if kind == "number":
            return "double precision"
        parts = target.get("allOf", []) if "properties" not in target else []
        scalar = next((part for part in parts if self.resolve(part).get("type") in JSON_SCALARS), None)
        if scalar:
            return self.type(scalar, name)
        if any(key in target for key in ("properties", "allOf", "oneOf", "anyOf", "discriminator")):
            return self.named(node, name)
        return "jsonb"

    def content(self, node, name):
        node = self.resolve(node or {})
        types = node.get("content", {})
        for media in ("application/json", "application/merge-patch+json"):
            if "schema" in types.get(media, {}):
                return self.type(types[media]["schema"], name)
        return "-"

    def operation(self, path, item, method):
        op = item[method]
        name = op["operationId"]
        query, values, defaults = [], [], []
        for node in item.get("parameters", []) + op.get("parameters", []):
            parameter = self.resolve(node)
            if parameter["in"] == "query":
                schema = self.resolve(parameter.get("schema", {}))
                most = f"<={schema['maximum']}" if "maximum" in schema else ""
                query.append(parameter["name"] + "*" * bool(parameter.get("required")) + most)
                if known := self.values(parameter.get("schema", {})):
                    values.append(f"{parameter['name']}={'|'.join(known)}")
                if schema.get("type") == "integer" and "default" in schema:
                    defaults.append(f"{parameter['name']}={schema['default']}")
        answers = {code: node for code, node in op["responses"].items() if code.startswith("2")}
        status = min(answers, default="")
        answers = [self.content(node, f"{name}.answer") for node in answers.values()]
        security = op.get("security", self.root.get("security", []))
        kinds = {kind for entry in security for kind in entry}
        scopes = next((entry["oauth2"] for entry in security if "oauth2" in entry), [])
        credential = {
            frozenset(): "none",
            frozenset({"apiToken"}): "token",
            frozenset({"oauth2"}): "oauth",
        }.get(frozenset(kinds), "any")
        state = op.get("x-okta-lifecycle", {})
        return [
            method.upper(),
            path,
            credential,
            " ".join(scopes),
            state.get("lifecycle", ""),
            ", ".join(state.get("SKUs", [])),
            " ".join(query),
            self.content(op.get("requestBody"), f"{name}.body"),
            next((answer for answer in answers if answer != "-"), "-"),
            status,
            " ".join(values),
            " ".join(defaults),
        ]


def main(source, folder):
    with open(source, encoding="utf-8") as file:
        spec = Spec(yaml.load(file, Loader=LOADER))
    paths = sorted(spec.root["paths"].items())
    rows = [spec.operation(p, item, m) for p, item in paths for m in METHODS if m in item]
    with open(f"{folder}/operations.tsv", "w", encoding="utf-8") as file:
        file.write("\t".join(COLUMNS) + "\n")
        file.writelines("\t".join(row) + "\n" for row in rows)
    with open(f"{folder}/properties.tsv", "w", encoding="utf-8") as file:
        file.write("schema\tproperty\ttype\tvalues\tflags\n")
        for name, found in sorted(spec.schemas.items()):
            for key, (kind, values, flags) in sorted(found.items()):
                file.write("\t".join([name, key, kind, " ".join(values), " ".join(flags)]) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
