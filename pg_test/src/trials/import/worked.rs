//! The worked example of `docs/hr-sync.md`: its SQL runs as it stands there, and prints what stands there.
//!
//! A block of `sql` that a block of `text` follows prints exactly that; another may print what it likes
//! but an error. Blocks of `sql not-run` are for the eye.

use std::fmt::Write as _;
use std::fs;

use libtest_mimic::Failed;
use serde_json::json;

use super::super::Outcome;
use super::super::document::alone;
use super::PAGE;
use crate::ctx::Ctx;
use crate::expected::Expected;

/// Ends what a block prints.
const MARK: &str = "@@ end of block";

/// Between blocks: an import ends, and the cool-down after it.
const TIME_PASSES: &str =
    r#"\! okta-emulator admin POST /_emulator/clock '{"advance_seconds": 400}' >/dev/null"#;

pub(crate) fn example(ctx: &Ctx) -> Outcome {
    // Okta's own import rules make users of what a source imports.
    let settings = json!({ "publish_imports": true });
    ctx.emulator().admin("POST", "orgs/acme/settings", Some(&settings))?;
    let path = format!("{}/../{PAGE}", env!("CARGO_MANIFEST_DIR"));
    let blocks = blocks(&fs::read_to_string(&path)?);
    let run: Vec<_> = blocks.iter().filter(|block| block.kind == "sql").collect();
    let mut script = String::from("\\set ECHO none\n");
    for block in &run {
        writeln!(script, "{}\\echo {MARK}\n{TIME_PASSES}", block.text)?;
    }
    let output = ctx.run_psql(&script)?;
    let printed: Vec<_> = output.split(&format!("{MARK}\n")).collect();
    let [printed @ .., rest] = printed.as_slice() else { return Err("nothing printed".into()) };
    if printed.len() != run.len() {
        return Err(format!("{} blocks ran of {}; then: {rest}", printed.len(), run.len()).into());
    }
    for (block, printed) in run.iter().zip(printed) {
        if !block.is_shown && printed.contains("ERROR:") {
            return Err(format!("{}\n{printed}", block.text).into());
        }
    }
    alone(|| {
        let page = fs::read_to_string(&path)?;
        let shown: Vec<_> =
            run.iter().zip(printed).filter(|(block, _)| block.is_shown).map(|(_, p)| *p).collect();
        ctx.settle(&Expected::page(PAGE, "import::example"), &with_output(&page, &shown)?)
    })
}

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    /// What stands after the fence.
    kind: String,
    text: String,
    /// Whether what it prints stands below it.
    is_shown: bool,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    let mut between = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(_) if inside => (inside, between) = (false, true),
            Some(kind) => {
                inside = true;
                if kind == "text"
                    && between
                    && let Some(block) = blocks.last_mut()
                {
                    block.is_shown = block.kind == "sql";
                }
                let kind = kind.to_owned();
                blocks.push(Block { kind, text: String::new(), is_shown: false });
            }
            None if inside => {
                if let Some(block) = blocks.last_mut() {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
            }
            None => between &= line.is_empty(),
        }
    }
    blocks
}

/// The page with what its blocks print, in their order.
fn with_output(page: &str, shown: &[&str]) -> Result<String, Failed> {
    let mut new = String::new();
    let mut shown = shown.iter();
    // The fence that is open, and whether a block of SQL has ended just now.
    let (mut open, mut after_sql) = (None, false);
    for line in page.split_inclusive('\n') {
        let fence = line.strip_prefix("```").map(str::trim_end);
        match (open, fence) {
            (Some("output"), None) => continue,
            (Some(kind), Some(_)) => (open, after_sql) = (None, kind == "sql"),
            (None, Some("text")) if after_sql => {
                open = Some("output");
                new.push_str(line);
                let printed = shown.next().ok_or("the page shows more outputs than there are")?;
                new.push_str(printed.trim_end());
                new.push('\n');
                continue;
            }
            (None, Some(kind)) => open = Some(kind),
            (None, None) => after_sql &= line.trim().is_empty(),
            (Some(_), None) => {}
        }
        new.push_str(line);
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "a\n```sql\nSELECT 1;\n```\n\n```text\nold\n```\n```sql\nSELECT 2;\n```\nb\n\n```text\nno output\n```\n```sql not-run\nx\n```\n";

    #[test]
    fn blocks_are_found_with_their_kind() {
        let blocks = blocks(PAGE);
        let kinds: Vec<_> = blocks.iter().map(|b| (b.kind.as_str(), b.is_shown)).collect();
        let wanted = [
            ("sql", true),
            ("text", false),
            ("sql", false),
            ("text", false),
            ("sql not-run", false),
        ];
        assert_eq!(kinds, wanted);
        assert_eq!(blocks[0].text, "SELECT 1;\n");
    }

    #[test]
    fn only_output_changes() {
        let new = with_output(PAGE, &["new\n"]).unwrap();
        assert_eq!(new, PAGE.replace("old", "new"));
        assert!(with_output(PAGE, &[]).is_err());
    }
}
