//! A cluster of three nodes, whose slots move.

use std::process::Command;
use std::time::Duration;

use lark_core::conformance::{self, Time};
use lark_core::{Claim, Dedup as _, StoreEntry, TokenStore as _};
use lark_redis::{Redis, RedisDedup, RedisStore};

use crate::conformance::fresh;
use crate::redis_server::{RedisServer, free_port};

const NODES: usize = 3;

struct Cluster(Vec<RedisServer>);

impl Cluster {
    async fn start() -> Self {
        let node = |_| {
            let bus = free_port().to_string();
            let cluster = ["--cluster-enabled", "yes", "--cluster-port", &bus];
            RedisServer::with(&[&cluster[..], &["--cluster-node-timeout", "2000"]].concat())
        };
        let nodes: Vec<_> = (0..NODES).map(node).collect();
        let places = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port()));
        let made = Command::new("redis-cli")
            .args(["--cluster", "create", "--cluster-yes"])
            .args(places)
            .output()
            .expect("redis-cli");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
        let cluster = Self(nodes);
        let agree = async {
            let ok =
                |node: &RedisServer| node.ask(&["CLUSTER", "INFO"]).contains("cluster_state:ok");
            while !cluster.0.iter().all(ok) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), agree).await.expect("they agree");
        cluster
    }

    fn connect(&self) -> Redis {
        let urls: Vec<_> = self.0.iter().map(RedisServer::url).collect();
        Redis::builder(urls).cluster().open().expect("it fits together")
    }

    /// The numbers of the node that has a slot, and of another one.
    fn owner_and_other(&self, slot: &str) -> (usize, usize) {
        let owns =
            |node: &RedisServer| !node.ask(&["CLUSTER", "COUNTKEYSINSLOT", slot]).trim().eq("0");
        let owner = self.0.iter().position(owns).expect("it has keys");
        (owner, (owner + 1) % NODES)
    }

    fn id(&self, node: usize) -> String {
        self.0[node].ask(&["CLUSTER", "MYID"]).trim().to_owned()
    }
}

fn entry(value: &str) -> StoreEntry {
    StoreEntry { value: value.into(), expires_at: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contracts_hold_wherever_the_keys_are() {
    let cluster = Cluster::start().await;
    let (one, other) = (cluster.connect(), cluster.connect());
    let stores = async || fresh([&one, &other]).map(|redis| RedisStore::new(&redis));
    let report = conformance::shared_token_store(stores).await;
    assert!(report.skipped.is_empty(), "{report:?}");
    let dedups = async || fresh([&one, &other]).map(|redis| RedisDedup::new(&redis));
    conformance::shared_dedup(dedups, Time::real()).await;
    slots_move(&cluster).await;
}

/// Keys are found while their slot is on its way to another node, and afterwards.
async fn slots_move(cluster: &Cluster) {
    let redis = cluster.connect().namespace("moving");
    let (store, dedup) = (RedisStore::new(&redis), RedisDedup::new(&redis));
    for key in ["stays", "goes"] {
        store.put(key, entry(key)).await.expect("a change");
    }
    let slot = cluster.0[0].ask(&["CLUSTER", "KEYSLOT", "{moving}:x"]).trim().to_owned();
    let (from, to) = cluster.owner_and_other(&slot);
    let (source, target) = (&cluster.0[from], &cluster.0[to]);
    let set_slot = |node: &RedisServer, state: &str, id: usize| {
        let answer = node.ask(&["CLUSTER", "SETSLOT", &slot, state, &cluster.id(id)]);
        assert_eq!(answer.trim(), "OK");
    };
    set_slot(target, "IMPORTING", from);
    set_slot(source, "MIGRATING", to);
    let port = target.port().to_string();
    let migrate = |key: &str| {
        let key = format!("{{moving}}:token:{key}");
        let answer = source.ask(&["MIGRATE", "127.0.0.1", &port, &key, "0", "5000"]);
        assert_eq!(answer.trim(), "OK", "{key}");
    };
    migrate("goes");
    for key in ["stays", "goes"] {
        assert_eq!(store.get(key).await.expect("an answer"), Some(entry(key)), "{key}");
    }
    store.put("new", entry("new")).await.expect("a change");
    let keys = ["e1".to_owned(), "m1".to_owned()];
    // Two keys at once are beyond a slot on its way.
    let error = dedup.claim(&keys).await.expect_err("not now").to_string();
    assert!(error.contains("the cluster is moving the keys"), "{error}");

    migrate("stays");
    // The key that `check` asks for may not be there.
    let left = source.ask(&["CLUSTER", "GETKEYSINSLOT", &slot, "10"]);
    for key in left.split_whitespace() {
        let answer = source.ask(&["MIGRATE", "127.0.0.1", &port, key, "0", "5000"]);
        assert_eq!(answer.trim(), "OK", "{key}");
    }
    for node in [target, source] {
        set_slot(node, "NODE", to);
    }
    for key in ["stays", "goes", "new"] {
        assert_eq!(store.get(key).await.expect("an answer"), Some(entry(key)), "{key}");
    }
    assert_eq!(dedup.claim(&keys).await.expect("a claim"), Claim::New);
}

#[tokio::test]
async fn what_is_no_cluster_and_what_is_one_is_told_apart() {
    let bus = free_port().to_string();
    let node = RedisServer::with(&["--cluster-enabled", "yes", "--cluster-port", &bus]);
    let url = node.url();
    let text = |redis: Redis| async move { redis.check().await.expect_err("it fails").to_string() };
    // It has no slots yet.
    let text_of_cluster = text(Redis::builder([&url]).cluster().open().expect("fits")).await;
    assert!(text_of_cluster.contains("the cluster has no quorum"), "{text_of_cluster}");
    let single = RedisServer::start();
    let redis = Redis::builder([single.url()]).cluster().open().expect("fits");
    redis.check().await.expect("a server alone has all slots");
}

#[tokio::test]
async fn namespaces_have_one_slot_whatever_they_are_called() {
    let server = RedisServer::start();
    for namespace in ["", "}", "{a}b", "a}b{c", "%", "%7d", "\u{5f20}"] {
        let redis = server.connect().namespace(namespace);
        RedisStore::new(&redis).put("{k}", entry(namespace)).await.expect("a change");
    }
    let keys = server.ask(&["KEYS", "*:token:*"]);
    let mut keys: Vec<_> = keys.lines().collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 7, "each is its own: {keys:?}");
    for key in keys {
        let (tag, rest) = key.strip_prefix('{').and_then(|key| key.split_once('}')).expect(key);
        assert!(!tag.is_empty() && rest.starts_with(":token:"), "{key}");
    }
}
