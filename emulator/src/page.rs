//! Pages: how many rows an answer holds, and the opaque cursor and links that lead on.

use crate::answer::Link;
use crate::refusal::Refusal;
use crate::request::OrgRequest;

/// What an endpoint allows: rows a page when nothing is asked, and at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) default: usize,
    pub(crate) maximum: usize,
}

/// Which rows the client asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PageBounds {
    /// The position of the first row, in the endpoint's own order.
    pub(crate) from: usize,
    pub(crate) limit: usize,
}

#[derive(Debug, PartialEq)]
pub(crate) struct PageRows<T> {
    pub(crate) rows: Vec<T>,
    /// The position of the first row that was left off.
    pub(crate) next: Option<usize>,
}

impl PageBounds {
    pub(crate) fn of(request: &OrgRequest, limits: Limits) -> Result<PageBounds, Refusal> {
        let limit = match request.parameter("limit") {
            None => limits.default,
            Some(text) => match text.parse::<usize>() {
                Ok(n) if n > 0 => n.min(limits.maximum),
                _ => {
                    return Err(Refusal::validation("limit", "limit: The limit is not valid."));
                }
            },
        };
        let from = match request.parameter("after") {
            None => 0,
            Some(cursor) => position(cursor).ok_or_else(Refusal::invalid_cursor)?,
        };
        Ok(PageBounds { from, limit })
    }
}

impl<T> PageRows<T> {
    /// Takes rows with their positions until the page is full, and looks one row further: the last
    /// page has no `next`, though its rows fill it.
    pub(crate) fn of(rows: impl Iterator<Item = (usize, T)>, wanted: PageBounds) -> PageRows<T> {
        let mut page = PageRows { rows: Vec::new(), next: None };
        for (position, row) in rows {
            if page.rows.len() == wanted.limit {
                page.next = Some(position);
                break;
            }
            page.rows.push(row);
        }
        page
    }

    pub(crate) fn links(&self, request: &OrgRequest, wanted: PageBounds) -> Vec<Link> {
        self.links_of_size(request, Some(wanted.limit))
    }

    /// The links of pages whose size the endpoint takes, or does not.
    pub(crate) fn links_of_size(&self, request: &OrgRequest, size: Option<usize>) -> Vec<Link> {
        let mut links = vec![Link { rel: "self", url: request.url_with(&[]) }];
        if let Some(next) = self.next {
            let mut changes = vec![("after", cursor(next))];
            changes.extend(size.map(|size| ("limit", size.to_string())));
            links.push(Link { rel: "next", url: request.url_with(&changes) });
        }
        links
    }
}

/// A cursor that shows no position: clients must not count on what it holds.
pub(crate) fn cursor(position: usize) -> String {
    let scrambled = (position as u64).wrapping_mul(MIX).rotate_left(17);
    format!("200{scrambled:016x}")
}

fn position(cursor: &str) -> Option<usize> {
    let digits = cursor.strip_prefix("200").filter(|d| d.len() == 16)?;
    let scrambled = u64::from_str_radix(digits, 16).ok()?;
    let position = scrambled.rotate_right(17).wrapping_mul(UNMIX);
    // A forged cursor unscrambles to some huge number.
    usize::try_from(position).ok().filter(|p| *p < 1 << 40)
}

/// An odd number and its inverse modulo 2^64.
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
const UNMIX: u64 = 0xF1DE_83E1_9937_733D;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_round_trip_and_forgeries_fail() {
        for at in [0, 1, 200, 99_999, 1 << 30] {
            assert_eq!(position(&cursor(at)), Some(at));
        }
        assert_eq!(position("17"), None);
        assert_eq!(position("2000000000000000001"), None);
    }

    #[test]
    fn a_full_last_page_has_no_next() {
        let wanted = PageBounds { from: 0, limit: 2 };
        let page = PageRows::of([(0, 'a'), (4, 'b')].into_iter(), wanted);
        assert_eq!(page, PageRows { rows: vec!['a', 'b'], next: None });
        let page = PageRows::of([(0, 'a'), (4, 'b'), (7, 'c')].into_iter(), wanted);
        assert_eq!(page, PageRows { rows: vec!['a', 'b'], next: Some(7) });
    }
}
