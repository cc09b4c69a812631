//! Names: when two are the same, how they are spelled in each style, and which one was probably meant.
//!
//! It compares spellings only; what a name stands for is the caller's business.

/// How IMPORT FOREIGN SCHEMA spells column names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// `identity_source_id`
    #[default]
    Snake,
    /// `identitysourceid`, which is what PostgreSQL makes of an unquoted `identitySourceId`.
    Folded,
    /// `identitySourceId`, which must be quoted in SQL.
    Camel,
}

impl Style {
    /// Spells a `snake_case` name in this style.
    pub fn spell(self, name: &str) -> String {
        match self {
            Self::Snake => name.to_owned(),
            Self::Folded => folded(name),
            Self::Camel => {
                let mut words = name.split('_');
                let first = words.next().unwrap_or_default().to_owned();
                words.fold(first, |spelled, word| {
                    let mut letters = word.chars();
                    let initial = letters.next().map(|c| c.to_ascii_uppercase());
                    spelled + &initial.into_iter().chain(letters).collect::<String>()
                })
            }
        }
    }
}

impl std::str::FromStr for Style {
    type Err = ();

    fn from_str(value: &str) -> Result<Self, ()> {
        match value {
            "snake_case" => Ok(Self::Snake),
            "folded" => Ok(Self::Folded),
            "camelCase" => Ok(Self::Camel),
            _ => Err(()),
        }
    }
}

/// A name without what does not tell it from others: case and underscores.
pub fn folded(name: &str) -> String {
    letters(name).collect()
}

/// Whether a name is the folded one but for case and underscores.
pub fn is_same(name: &str, folded: &str) -> bool {
    letters(name).eq(folded.chars())
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|&c| c != '_').map(|c| c.to_ascii_lowercase())
}

/// The most names that a hint lists.
const LISTED: usize = 4;

/// A hint that names the nearest of the known names; the nearest three when none is near, or all of a few.
pub fn did_you_mean(given: &str, known: impl Iterator<Item = impl Into<String>>) -> String {
    let known: Vec<String> = known.map(Into::into).collect();
    let given = folded(given);
    let distance = |name: &String| distance(&given, name);
    let mut nearest: Vec<_> = known.iter().map(|name| (distance(name), name)).collect();
    nearest.sort_by_key(|(distance, _)| *distance);
    match *nearest.as_slice() {
        [(distance, name), ..] if distance <= 2.max(given.chars().count() / 3) => {
            format!("Perhaps you meant \"{name}\".")
        }
        [(_, first), (_, second), (_, third), ..] if known.len() > LISTED => {
            format!("The nearest names are: {first}, {second}, {third}.")
        }
        _ => format!("Valid names are: {}.", known.join(", ")),
    }
}

/// How far a name is from what was given, which may be its last words only.
fn distance(given: &str, name: &str) -> usize {
    let ends = name.match_indices(['_', '.']).filter_map(|(at, _)| name.get(at + 1..));
    let ends = ends.map(|end| strsim::damerau_levenshtein(given, &folded(end)) + 1);
    ends.fold(strsim::damerau_levenshtein(given, &folded(name)), usize::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles() {
        assert_eq!(Style::Snake.spell("identity_source_id"), "identity_source_id");
        assert_eq!(Style::Folded.spell("identity_source_id"), "identitysourceid");
        assert_eq!(Style::Camel.spell("identity_source_id"), "identitySourceId");
    }

    #[test]
    fn sameness_ignores_case_and_underscores() {
        assert!(is_same("identitySourceId", &folded("identity_source_id")));
        assert!(!is_same("id", &folded("identity")));
    }

    #[test]
    fn a_hint_names_the_nearest_or_all_of_a_few() {
        let known = ["org_url", "subdomain", "subdomains"];
        assert_eq!(did_you_mean("orgurl", known.into_iter()), "Perhaps you meant \"org_url\".");
        assert_eq!(
            did_you_mean("subdomian", known.into_iter()),
            "Perhaps you meant \"subdomain\"."
        );
        assert!(
            did_you_mean("password", known.into_iter()).starts_with("Valid names are: org_url")
        );
    }

    #[test]
    fn the_last_words_of_a_name_are_near() {
        let known = ["features", "users", "users_factors", "factor_admins", "users_grants"];
        let hint = did_you_mean("factors", known.into_iter());
        assert_eq!(hint, "Perhaps you meant \"users_factors\".");
        let known = ["users.factors", "users.users", "apps.apps"];
        let hint = did_you_mean("factor", known.into_iter());
        assert_eq!(hint, "Perhaps you meant \"users.factors\".");
    }

    #[test]
    fn a_hint_names_three_of_many() {
        let known = (0..200).map(|number| format!("name_{number}"));
        let hint = did_you_mean("nothing_of_the_kind", known);
        assert_eq!(hint.matches("name_").count(), 3, "{hint}");
    }
}
