//! What `get`, `put` and `remove` do.

use super::super::rule::{Outcome, Rule, expect_eq, rules};
use super::super::similar_keys;
use super::fixtures::{
    DAY, ENTRIES, HOUR, Handles, expect_entry, expiring, limited, set, shown, unlimited, value,
};

pub(super) const RULES: &[Rule<Handles>] = rules![
    a_new_store_is_empty,
    an_entry_is_returned_as_it_was_put,
    expires_at_is_kept_to_the_second,
    every_key_has_an_entry_of_its_own,
    many_entries_are_kept,
    put_replaces_the_entry,
    a_removed_entry_is_gone,
    other_entries_are_not_removed,
    removing_nothing_is_no_error,
];

async fn a_new_store_is_empty([one, other]: Handles) -> Outcome {
    for store in [one, other] {
        expect_eq("get of a key that was never set", &value(&*store, "k").await?, &None)?;
    }
    Ok(())
}

async fn an_entry_is_returned_as_it_was_put([one, other]: Handles) -> Outcome {
    let long = "long ".repeat(4000);
    for text in ["v", "", " ", "张 \"quoted\" \\ \r\n\t😀", &long] {
        for entry in [limited(text), unlimited(text)] {
            one.put("k", entry.clone()).await?;
            let what = format!("get after put of {}", shown(text));
            expect_entry(&what, other.get("k").await?.as_ref(), &entry)?;
        }
    }
    Ok(())
}

async fn expires_at_is_kept_to_the_second([one, other]: Handles) -> Outcome {
    for lifetime in [HOUR * 2, DAY * 30, DAY * 365, HOUR] {
        let entry = expiring("v", lifetime);
        one.put("k", entry.clone()).await?;
        expect_entry("get after put", other.get("k").await?.as_ref(), &entry)?;
    }
    Ok(())
}

async fn every_key_has_an_entry_of_its_own([one, other]: Handles) -> Outcome {
    let keys = similar_keys();
    for (number, key) in keys.iter().enumerate() {
        one.put(key, unlimited(number.to_string())).await?;
    }
    for (number, key) in keys.iter().enumerate() {
        let what = format!("get of {}", shown(key));
        expect_eq(&what, &value(&*other, key).await?, &Some(number.to_string()))?;
    }
    Ok(())
}

async fn many_entries_are_kept([one, other]: Handles) -> Outcome {
    for number in 0..ENTRIES {
        let number = number.to_string();
        one.put(
            &number,
            if number.ends_with('1') { limited(&*number) } else { unlimited(&*number) },
        )
        .await?;
    }
    for number in 0..ENTRIES {
        let number = number.to_string();
        let what = format!("get of {number:?} of {ENTRIES}");
        expect_eq(&what, &value(&*other, &number).await?, &Some(number))?;
    }
    Ok(())
}

async fn put_replaces_the_entry([one, other]: Handles) -> Outcome {
    one.put("k", limited("1")).await?;
    for entry in [unlimited("2"), unlimited("2"), expiring("2", HOUR), expiring("3", DAY)] {
        other.put("k", entry.clone()).await?;
        expect_entry("get after the next put", one.get("k").await?.as_ref(), &entry)?;
    }
    Ok(())
}

async fn a_removed_entry_is_gone([one, other]: Handles) -> Outcome {
    one.put("k", unlimited("1")).await?;
    other.remove("k").await?;
    expect_eq("get after remove", &value(&*one, "k").await?, &None)
}

async fn other_entries_are_not_removed([one, other]: Handles) -> Outcome {
    let keys = similar_keys();
    for is_conditional in [false, true] {
        for key in &keys {
            one.put(key, unlimited("1")).await?;
        }
        for (place, key) in keys.iter().enumerate() {
            if is_conditional {
                set(&*one, key, Some("1"), None).await?;
            } else {
                one.remove(key).await?;
            }
            for kept in &keys[place + 1..] {
                let what = format!("get of {} after removing {}", shown(kept), shown(key));
                expect_eq(&what, &value(&*other, kept).await?.as_deref(), &Some("1"))?;
            }
        }
    }
    Ok(())
}

async fn removing_nothing_is_no_error([one, _]: Handles) -> Outcome {
    Ok(one.remove("k").await?)
}
