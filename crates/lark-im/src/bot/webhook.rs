//! The URL of a webhook, taken apart.

use lark_core::__private::invalid_config;
use lark_core::{Result, Secret};

/// What stands between the host and the id.
const PATH: &str = "/open-apis/bot/v2/hook/";

/// Where a custom bot takes messages.
pub(super) struct Webhook {
    /// Scheme, host, and what a gateway puts before the platform's paths.
    pub(super) base_url: String,
    pub(super) hook_id: Secret,
}

impl Webhook {
    /// Nothing of the URL is repeated in an error, because its path is a secret.
    pub(super) fn parse(url: &Secret) -> Result<Self> {
        let refuse = |why: &str| {
            Err(invalid_config(format!(
                "webhook URL: {why}; it looks like https://open.feishu.cn{PATH}<id>"
            )))
        };
        let url = url.expose().trim();
        if url.is_empty() {
            return refuse("it is empty");
        }
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return refuse("it must begin with https:// or http://");
        }
        let Some((base_url, hook_id)) = url.split_once(PATH) else {
            return refuse(&format!("there is no {PATH} in it"));
        };
        if base_url.contains(['?', '#', '@']) {
            return refuse("before the path there must be a host only");
        }
        let hook_id = hook_id.strip_suffix('/').unwrap_or(hook_id);
        if hook_id.is_empty() {
            return refuse("there is no id at its end");
        }
        let of_an_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if let Some(at) = hook_id.find(|c| !of_an_id(c)) {
            return refuse(&format!("character {} of the id is not one of an id", at + 1));
        }
        Ok(Self { base_url: base_url.to_owned(), hook_id: hook_id.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_taken_off_the_end() {
        for (url, base_url) in [
            ("https://open.feishu.cn/open-apis/bot/v2/hook/ab-12_3", "https://open.feishu.cn"),
            (
                " https://open.larksuite.com/open-apis/bot/v2/hook/ab-12_3/\n",
                "https://open.larksuite.com",
            ),
            ("http://127.0.0.1:80/gw/open-apis/bot/v2/hook/ab-12_3", "http://127.0.0.1:80/gw"),
        ] {
            let webhook = Webhook::parse(&url.into()).expect(url);
            assert_eq!((&*webhook.base_url, webhook.hook_id.expose()), (base_url, "ab-12_3"));
        }
    }

    #[test]
    fn an_error_says_what_is_wrong_and_keeps_the_url() {
        for (url, why) in [
            ("", "it is empty"),
            ("ab-hush-3", "must begin with https://"),
            ("open.feishu.cn/open-apis/bot/v2/hook/ab-hush-3", "must begin with https://"),
            ("https://open.feishu.cn/open-apis/bot/hook/ab-hush-3", "no /open-apis/bot/v2/hook/"),
            ("https://open.feishu.cn/open-apis/bot/v2/hook/", "no id at its end"),
            (
                "https://open.feishu.cn/open-apis/bot/v2/hook/ab-hush-3?x=1",
                "character 10 of the id",
            ),
            ("https://hush@evil.example/open-apis/bot/v2/hook/ab-hush-3", "a host only"),
        ] {
            let Err(error) = Webhook::parse(&url.into()) else { panic!("{url:?} is taken") };
            let error = error.to_string();
            assert!(error.contains(why), "{error}");
            assert!(!error.contains("hush"), "{error}");
            assert!(
                error.ends_with("looks like https://open.feishu.cn/open-apis/bot/v2/hook/<id>")
            );
        }
    }
}
