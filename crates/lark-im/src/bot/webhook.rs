//! Webhook URLs.

use lark_core::__private::invalid_config;
use lark_core::{Result, Secret};

/// The path before the id.
const PATH: &str = "/open-apis/bot/v2/hook/";

/// The webhook of a custom bot.
pub(super) struct Webhook {
    /// Scheme, host, and the path prefix of a gateway.
    pub(super) base_url: String,
    pub(super) webhook_id: Secret,
}

impl Webhook {
    /// # Errors
    /// `url` is not a webhook URL. The message contains no part of it, because the id is a secret.
    pub(super) fn parse(url: &Secret) -> Result<Self> {
        let invalid = |why: &str| {
            Err(invalid_config(format!(
                "webhook URL: {why}; it looks like https://open.feishu.cn{PATH}<id>"
            )))
        };
        let url = url.expose().trim();
        if url.is_empty() {
            return invalid("it is empty");
        }
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return invalid("it must begin with https:// or http://");
        }
        let Some((base_url, webhook_id)) = url.split_once(PATH) else {
            return invalid(&format!("there is no {PATH} in it"));
        };
        if base_url.contains(['?', '#', '@']) {
            return invalid("before the path there must be a host only");
        }
        let webhook_id = webhook_id.strip_suffix('/').unwrap_or(webhook_id);
        if webhook_id.is_empty() {
            return invalid("there is no id at its end");
        }
        let is_id_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if let Some(at) = webhook_id.find(|c| !is_id_char(c)) {
            return invalid(&format!("character {} of the id is not one of an id", at + 1));
        }
        Ok(Self { base_url: base_url.to_owned(), webhook_id: webhook_id.into() })
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
            assert_eq!((&*webhook.base_url, webhook.webhook_id.expose()), (base_url, "ab-12_3"));
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
