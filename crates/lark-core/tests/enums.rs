//! Open enums: what they take, and what is refused before it is sent.
#![allow(missing_docs)]

use std::collections::BTreeMap;

use lark_core::{FilePart, Operation, open_enum, open_integer_enum, operation, record};
use lark_test_support::{FakePlatform, FakeResponse};

open_enum! {
    /// A colour.
    Color { /// Red.
        Red = "red", /// Blue.
        Blue = "blue",
    }
}

open_integer_enum! {
    /// A state.
    State { /// Off.
        Off = 0, /// On.
        On = 1,
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lamp {
    pub(crate) color: Option<Color>,
    pub(crate) state: Option<State>,
    pub(crate) lamps: Option<BTreeMap<String, Lamp>>,
}
record! { Lamp both; color: into Color, state: into State, lamps: copy BTreeMap<String, Lamp> }

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PutLamp {
    pub(crate) color: Color,
    pub(crate) also: Option<Vec<Color>>,
    pub(crate) state: Option<State>,
    pub(crate) lamps: Option<Vec<Lamp>>,
    pub(crate) states: Option<Vec<State>>,
}
operation! { PutLamp => Lamp; "demo.v1.lamp.put" PUT "/open-apis/demo/v1/lamps/{color}" json [Tenant];
    path color,
    query also: list_into Color,
    query state: into State,
    body lamps: list Lamp,
    body states: list_into State,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Upload {
    pub(crate) color: Option<Color>,
    pub(crate) file: Option<FilePart>,
}
operation! { Upload => (); "demo.v1.lamp.upload" POST "/open-apis/demo/v1/lamps" multipart [Tenant];
    body color: into Color,
    body file as file: copy FilePart,
}

async fn sent<O: Operation>(request: O) -> Result<(String, String), String> {
    let platform = FakePlatform::answering(|_| FakeResponse::new(200, r#"{"code":0}"#));
    match platform.client_without_retries().send(request).await {
        Ok(_) => {
            let call = platform.calls().remove(0);
            Ok((call.url.clone(), String::from_utf8_lossy(&call.body).into_owned()))
        }
        Err(error) => {
            assert!(platform.requests().is_empty(), "not even for a token");
            Err(error.to_string())
        }
    }
}

fn lamp(color: impl Into<Color>) -> PutLamp {
    PutLamp { color: color.into(), ..PutLamp::default() }
}

#[tokio::test]
async fn what_an_enum_does_not_list_is_refused_wherever_it_travels() {
    const COLOR: &str = "not a known Color (red, blue); Color::Other sends a value as it is";
    const STATE: &str = "not a known State (0, 1); State::Other sends a value as it is";
    let inner = Lamp::new().lamps(BTreeMap::from([("k".to_owned(), Lamp::new().color("bleu"))]));
    for (request, what) in [
        (lamp("rde"), format!("color is \"rde\", {COLOR}")),
        (lamp("red").also(["blue", "gren"]), format!("also[1] is \"gren\", {COLOR}")),
        (lamp("red").state(7), format!("state is \"7\", {STATE}")),
        (lamp("red").lamps([inner]), format!("lamps[0].lamps[\"k\"].color is \"bleu\", {COLOR}")),
        (lamp("red").states([1, 2]), format!("states[1] is \"2\", {STATE}")),
    ] {
        let error = sent(request).await.expect_err(&what);
        assert_eq!(error, format!("demo.v1.lamp.put: prepare: {what}"));
    }
    let upload = Upload::default().color("gray").file(FilePart::bytes("a", "b"));
    let error = sent(upload).await.expect_err("a form");
    assert_eq!(error, format!("demo.v1.lamp.upload: prepare: color is \"gray\", {COLOR}"));
}

#[tokio::test]
async fn listed_values_and_those_named_as_others_are_sent() {
    let other = Color::Other("mauve".to_owned());
    let request = lamp("blue")
        .also([Color::Red, other.clone()])
        .state(1)
        .lamps([Lamp::new().color(other).state(State::Other(9))])
        .states([State::Off]);
    let (url, body) = sent(request).await.expect("sent");
    assert!(url.ends_with("/lamps/blue?also=red&also=mauve&state=1"), "{url}");
    assert_eq!(body, r#"{"lamps":[{"color":"mauve","state":9}],"states":[0]}"#);
}

#[test]
fn texts_are_parsed_and_responses_keep_what_is_new() {
    assert_eq!("red".parse(), Ok(Color::Red));
    let error = "gruen".parse::<Color>().expect_err("it is not listed");
    assert_eq!((error.value(), error.listed()), ("gruen", Color::VALUES));
    let error = lark_core::Error::from(error).to_string();
    assert_eq!(
        error,
        "client: prepare: \"gruen\" is not a known Color (red, blue); Color::Other sends a value as \
         it is"
    );
    assert_eq!(Color::from_wire("mauve"), Color::Other("mauve".to_owned()));
    assert_eq!(State::from_wire(9), State::Other(9));
    assert_eq!(Color::from(&"blue".to_owned()), Color::Blue);
}
