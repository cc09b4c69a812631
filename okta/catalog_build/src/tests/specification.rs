//! Catalogues beside a specification, and what is said of them.

use super::{GOOD, file};
use crate::spec::{Spec, differences};

const OPERATIONS: &str = "method\tpath\tcredential\tscopes\tlifecycle\tskus\tquery\tbody\tanswer
GET\t/api/v1/zones\tany\tokta.zones.read\tGA\t\tlimit<=200 filter after\t-\t[]Zone
GET\t/api/v1/zones/{zoneId}\tany\tokta.zones.read\tGA\t\t\t-\tZone
POST\t/api/v1/zones\tany\tokta.zones.manage\tGA\t\t\tZone\tZone
POST\t/api/v1/zones/{zoneId}\tany\tokta.zones.manage\tGA\t\t\tZone\tZone
POST\t/api/v1/zones/{zoneId}/lifecycle/{action}\tany\tokta.zones.manage\tGA\t\t\t-\t-
POST\t/api/v1/zones/{zoneId}/rows\tany\tokta.zones.manage\tGA\t\t\tRows\t-
POST\t/api/v1/zones/{zoneId}/unrows\tany\tokta.zones.manage\tGA\t\t\tRows\t-
";

const PROPERTIES: &str = "schema\tproperty\ttype
Zone\t*\tIpZone
Zone\tcreated\ttimestamptz
Zone\tid\ttext
Zone\tname\ttext
IpZone\tstatus\ttext
";

/// Replaces a text of the good catalogue by another: then the message is the first; none, where it is empty.
#[test]
fn the_specification_is_compared() {
    for (old, new, expected) in [
        ("", "", ""),
        (
            "get     = \"/api/v1/zones/{id}\"",
            "get = \"/api/v1/zone/{id}\"",
            "2: zones.zones: there is no GET /api/v1/zone/{id}",
        ),
        (
            "okta.zones\"\nlabel",
            "okta.zone\"\nlabel",
            "2: zones.zones: GET /api/v1/zones/{id} needs [\"okta.zones.read\"]",
        ),
        ("noun    = \"zone\"", "lifecycle = \"EA\"", "2: zones.zones: it is GA, and not EA"),
        ("noun    = \"zone\"", "differs = \"so\"", "2: zones.zones: it does not differ any more"),
        ("max = 200", "max = 100", "8: list of zones.zones: a page has 200 rows at most"),
        ("max = 200", "max = 100, differs = \"live\"", ""),
        (
            "max = 200",
            "max = 200, wrapped = \"zones\"",
            "8: list of zones.zones: its answer is []Zone, which has no rows there",
        ),
        (
            "filters.filter",
            "filters.filer",
            "8: list of zones.zones: there is no parameter \"filer\". Perhaps you meant \"filter\".",
        ),
        (
            "status = \"text\"",
            "status = \"boolean\"",
            "13: column \"status\" of zones.zones: status is text",
        ),
        (
            "status = \"text\"",
            "status = { at = \"state\" }",
            "13: column \"status\" of zones.zones: there is no property state",
        ),
        ("status = \"text\"", "status = { at = \"state\", differs = \"live\" }", ""),
    ] {
        assert!(GOOD.matches(old).count() == 1 || old.is_empty(), "{old}");
        let text = GOOD.replacen(old, new, 1);
        let files = vec![file("zones", &text), file("services", r#"services = ["zones"]"#)];
        let found = differences(files, &Spec::read(OPERATIONS, PROPERTIES)).unwrap();
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        match expected {
            "" => assert!(found.is_empty(), "{new}: {found:#?}"),
            _ => assert_eq!(
                found.first().map(String::as_str),
                Some(format!("okta/catalog/zones.toml:{expected}").as_str()),
                "{found:#?}"
            ),
        }
    }
}
