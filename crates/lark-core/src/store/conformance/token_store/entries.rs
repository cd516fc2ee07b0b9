//! What `get`, `put` and `remove` do.

use std::time::{Duration, SystemTime};

use super::super::rule::{Outcome, Rule, expect, expect_eq, rules};
use super::fixtures::{Handles, limited, unlimited, value};

pub(super) const RULES: &[Rule<Handles>] = rules![
    a_new_store_is_empty,
    an_entry_is_returned_as_it_was_put,
    expires_at_is_kept_to_the_second,
    every_key_has_an_entry_of_its_own,
    put_replaces_the_entry,
    a_removed_entry_is_gone,
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
            let is_limited = entry.expires_at.is_some();
            one.put("k", entry).await?;
            let found = other.get("k").await?;
            let length = text.len();
            let what = format!("get after put of {length} bytes, with expires_at: {is_limited}");
            let found = found.map(|it| (it.value.expose() == text, it.expires_at.is_some()));
            expect_eq(&what, &found, &Some((true, is_limited)))?;
        }
    }
    Ok(())
}

async fn expires_at_is_kept_to_the_second([one, other]: Handles) -> Outcome {
    let entry = limited("v");
    let expected = entry.expires_at;
    one.put("k", entry).await?;
    let found = other.get("k").await?.and_then(|entry| entry.expires_at);
    let apart = |a: SystemTime, b: SystemTime| a.duration_since(b).or_else(|_| b.duration_since(a));
    let is_close = found.zip(expected).and_then(|(found, expected)| apart(found, expected).ok());
    expect(
        is_close.is_some_and(|apart| apart <= Duration::from_secs(1)),
        format!("expires_at: expected {expected:?}, found {found:?}"),
    )
}

async fn every_key_has_an_entry_of_its_own([one, other]: Handles) -> Outcome {
    let (long, longer) = ("k".repeat(1000), "k".repeat(1001));
    let keys = [
        "k", "K", "kk", "k ", " k", "", "a/b", "a\\b", "a%2fb", "../k", "a:b*?", "键", "k\n",
        &long, &longer,
    ];
    for (number, key) in keys.iter().enumerate() {
        one.put(key, unlimited(number.to_string())).await?;
    }
    for (number, key) in keys.iter().enumerate() {
        let shown: String = key.chars().take(20).collect();
        let what = format!("get of {shown:?} ({} bytes)", key.len());
        expect_eq(&what, &value(&*other, key).await?, &Some(number.to_string()))?;
    }
    Ok(())
}

async fn put_replaces_the_entry([one, other]: Handles) -> Outcome {
    one.put("k", limited("1")).await?;
    other.put("k", unlimited("2")).await?;
    let found = one.get("k").await?.map(|it| (it.value.expose().to_owned(), it.expires_at));
    expect_eq("get after two puts", &found, &Some(("2".to_owned(), None)))
}

async fn a_removed_entry_is_gone([one, other]: Handles) -> Outcome {
    one.put("k", unlimited("1")).await?;
    one.put("kept", unlimited("2")).await?;
    other.remove("k").await?;
    expect_eq("get after remove", &value(&*one, "k").await?, &None)?;
    let kept = value(&*one, "kept").await?;
    expect_eq("get of another key after remove", &kept.as_deref(), &Some("2"))
}

async fn removing_nothing_is_no_error([one, _]: Handles) -> Outcome {
    Ok(one.remove("k").await?)
}
