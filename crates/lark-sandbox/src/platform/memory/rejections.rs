//! How the platform rejects what is about a resource that is not there, or there already.

use crate::http::{ErrorCode, Rejection};
use crate::spec::{Operation, known_code};

/// Resources whose operations have several codes for what is not there, and the one for the resource
/// itself: the others are for what it is in. Sources: the official pages.
const NOT_FOUND: [(&str, i64); 13] = [
    ("bitable.v1.app.table.record.", 1254043),
    ("bitable.v1.app.table.field.", 1254044),
    ("bitable.v1.app.table.view.", 1254042),
    ("bitable.v1.app.table.", 1254041),
    ("bitable.v1.app.role.", 1254047),
    ("bitable.v1.app.", 1254040),
    ("calendar.v4.calendar.event.", 193001),
    ("calendar.v4.calendar.acl.", 192000),
    ("calendar.v4.calendar.", 191000),
    ("calendar.v4.exchange_binding.", 195103),
    ("drive.v1.file.comment.", 1069307),
    ("im.v1.chat.", 232006),
    ("mail.v1.user_mailbox.draft.", 1234050),
];

/// The resource that a call names is not there: the operation's own code for it, or that for a wrong
/// argument.
pub(super) fn not_found(operation: &Operation, parameter: &str, id: &str) -> Rejection {
    let stated = NOT_FOUND.iter().find(|(prefix, _)| operation.id.starts_with(prefix));
    let stated = stated.and_then(|(_, code)| operation.errors.iter().find(|it| it.1 == *code));
    let of_kind = |kind| move |it: &&(u16, i64)| is_of(it.1, kind);
    let errors = || operation.errors.iter().rev();
    // The code of what is innermost is the largest.
    let found = stated
        .or_else(|| errors().filter(of_kind("not_found")).max_by_key(|it| (it.0 == 404, it.1)))
        .or_else(|| errors().find(|it| it.0 == 404))
        .or_else(|| errors().filter(|it| it.0 == 400).find(of_kind("invalid_argument")));
    match found {
        Some(error) => reject(*error),
        None => Rejection::of_field(parameter, id, "it does not exist"),
    }
}

/// A resource with the id that a call wants is there already.
pub(super) fn already_exists(operation: &Operation, field: &str, id: &str) -> Rejection {
    let mut errors = operation.errors.iter();
    match errors.find(|it| is_of(it.1, "already_exists")) {
        Some(error) => reject(*error),
        None => Rejection::of_field(field, id, "it exists already"),
    }
}

fn is_of(code: i64, kind: &str) -> bool {
    known_code(code).is_some_and(|known| known.kind == kind)
}

fn reject((status, code): (u16, i64)) -> Rejection {
    let msg = known_code(code).map_or("The call failed.", |known| known.meaning);
    Rejection::of(ErrorCode { status, code, msg })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{self, index_of, operation};

    #[test]
    fn a_code_that_is_listed_here_is_one_of_the_operations() {
        for (prefix, code) in NOT_FOUND {
            let ids = spec::operation_ids().filter(|id| id.starts_with(prefix));
            let mut operations = ids.filter_map(index_of).map(operation);
            assert!(
                operations.any(|it| it.errors.iter().any(|it| it.1 == code)),
                "{prefix} {code}"
            );
        }
    }

    #[test]
    fn what_is_innermost_is_not_found() {
        let code = |id: &str| {
            let operation = operation(index_of(id).expect("an operation"));
            not_found(operation, "id", "1").code
        };
        assert_eq!(code("calendar.v4.calendar.event.get"), 193001);
        assert_eq!(code("bitable.v1.app.table.record.get"), 1254043);
        assert_eq!(code("mail.v1.mailgroup.member.get"), 1234014);
    }
}
