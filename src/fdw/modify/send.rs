//! Sending writes: at the same time where there are several, and noting what each has done.
//!
//! What is written is not known here.

use okta::client::{Answer, Caller, Request};
use okta::decode::{Form, Page, Wanted};
use okta::{Error, scan};

use super::super::{lasting_writes, statement};

/// Sends writes at the same time, waits for all their answers and notes what they did.
pub(crate) fn send_writes(
    caller: &Caller,
    requests: &[Request],
    done: &str,
) -> Result<Vec<Result<Answer, Error>>, Error> {
    let writes: Vec<_> = requests.iter().map(|r| lasting_writes::about_to(&r.line())).collect();
    let sent = requests.to_vec();
    let ends = statement::call(caller, |caller| async move { Ok(caller.send_all(&sent).await) })?;
    for ((write, request), end) in writes.into_iter().zip(requests).zip(&ends) {
        note(write, request, done, end);
    }
    Ok(ends)
}

/// Notes what a write has done.
fn note(
    write: lasting_writes::LastingWrite,
    request: &Request,
    done: &str,
    end: &Result<Answer, Error>,
) {
    match end {
        Ok(answer) => write.has_done(format!("{} ({done}{})", request.line(), id_of(answer))),
        Err(error) if error.may_have_been_done() => {}
        Err(_) => write.has_failed(),
    }
}

/// The id in an answer, for the list of what was done.
fn id_of(answer: &Answer) -> String {
    let mut wanted = Wanted::default();
    let id = wanted.add("id", Form::Text);
    let page = Page::object(&answer.body, &wanted).ok();
    page.and_then(|page| page.cell(0, id).map(|id| format!(": {id}"))).unwrap_or_default()
}

/// The object in an answer.
pub(crate) fn decode(request: &Request, answer: &Answer, wanted: &Wanted) -> Result<Page, Error> {
    Page::object(&answer.body, wanted).map_err(|error| scan::bad_shape(request, answer, &error))
}

/// The answer to a write of an object; `None` when Okta says that there is none.
pub(crate) fn gone_is_no_row(answer: Result<Answer, Error>) -> Result<Option<Answer>, Error> {
    match answer {
        Err(error) if error.is_missing_object() => Ok(None),
        answer => answer.map(Some),
    }
}
