#!/usr/bin/env python3
"""Cuts Okta's OpenAPI description down to the facts that the catalogue is checked against.

    dev/spec_cut.py management.yaml FOLDER

writes operations.tsv and properties.tsv into the folder. okta/spec/README.md says what they hold.
"""

import sys

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
JSON_SCALARS = ("boolean", "integer", "number", "string")
METHODS = ("get", "post", "put", "patch", "delete")


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
            found["*"] = " ".join([*found.get("*", "").split(), *kinds])
        for key, value in node.get("properties", {}).items():
            found[key] = self.type(value, f"{name}.{key}")

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
        query = []
        for node in item.get("parameters", []) + op.get("parameters", []):
            parameter = self.resolve(node)
            if parameter["in"] == "query":
                schema = self.resolve(parameter.get("schema", {}))
                most = f"<={schema['maximum']}" if "maximum" in schema else ""
                query.append(parameter["name"] + "*" * bool(parameter.get("required")) + most)
        answers = {code: node for code, node in op["responses"].items() if code.startswith("2")}
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
        ]


def main(source, folder):
    with open(source, encoding="utf-8") as file:
        spec = Spec(yaml.load(file, Loader=LOADER))
    paths = sorted(spec.root["paths"].items())
    rows = [spec.operation(p, item, m) for p, item in paths for m in METHODS if m in item]
    with open(f"{folder}/operations.tsv", "w", encoding="utf-8") as file:
        file.write("method\tpath\tcredential\tscopes\tlifecycle\tskus\tquery\tbody\tanswer\n")
        file.writelines("\t".join(row) + "\n" for row in rows)
    with open(f"{folder}/properties.tsv", "w", encoding="utf-8") as file:
        file.write("schema\tproperty\ttype\n")
        for name, found in sorted(spec.schemas.items()):
            file.writelines(f"{name}\t{key}\t{kind}\n" for key, kind in sorted(found.items()))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
