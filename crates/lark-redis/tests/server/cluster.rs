//! A cluster of three nodes, whose slots move.

use std::process::Command;
use std::time::Duration;

use lark_core::conformance::{self, Time};
use lark_core::{Claim, Dedup as _, StoreEntry, TokenStore as _};
#[cfg(feature = "inbox")]
use lark_redis::RedisInbox;
use lark_redis::{Redis, RedisDedup, RedisStore};

use crate::conformance::fresh;
#[cfg(feature = "inbox")]
use crate::inbox_fleet::{CHATS, Fleet, push, send};
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

    fn keys(&self, node: usize, slot: &str) -> Vec<String> {
        let keys = self.0[node].ask(&["CLUSTER", "GETKEYSINSLOT", slot, "1000"]);
        keys.split_whitespace().map(str::to_owned).collect()
    }

    fn set_slot(&self, node: usize, slot: &str, state: &str, other: usize) {
        let answer = self.0[node].ask(&["CLUSTER", "SETSLOT", slot, state, &self.id(other)]);
        assert_eq!(answer.trim(), "OK");
    }

    /// Begins to move a slot.
    fn open_slot(&self, slot: &str, from: usize, to: usize) {
        self.set_slot(to, slot, "IMPORTING", from);
        self.set_slot(from, slot, "MIGRATING", to);
    }

    /// Moves a key, unless it has gone meanwhile.
    fn migrate(&self, from: usize, to: usize, key: &str) {
        let port = self.0[to].port().to_string();
        let answer = self.0[from].ask(&["MIGRATE", "127.0.0.1", &port, key, "0", "5000"]);
        assert!(["OK", "NOKEY"].contains(&answer.trim()), "{key}: {answer}");
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
    cluster.open_slot(&slot, from, to);
    let migrate = |key: &str| cluster.migrate(from, to, &format!("{{moving}}:token:{key}"));
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
    for key in cluster.keys(from, &slot) {
        cluster.migrate(from, to, &key);
    }
    for node in [to, from] {
        cluster.set_slot(node, &slot, "NODE", to);
    }
    for key in ["stays", "goes", "new"] {
        assert_eq!(store.get(key).await.expect("an answer"), Some(entry(key)), "{key}");
    }
    assert_eq!(dedup.claim(&keys).await.expect("a claim"), Claim::New);
}

/// All keys of an inbox are in one slot. While it moves, neither node has all of them, so that nothing is
/// accepted or handled; afterwards all goes on, without a loss.
#[cfg(feature = "inbox")]
#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_goes_on_where_its_keys_are() {
    let cluster = Cluster::start().await;
    let (one, other) = (cluster.connect(), cluster.connect());
    let number = std::sync::atomic::AtomicU32::new(0);
    let handles = async || {
        let name = format!("n{}", number.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let open = async |redis| RedisInbox::with_partitions(redis, &name, 4).await;
        [open(&one).await.expect("an inbox"), open(&other).await.expect("the same")]
    };
    let report = conformance::inbox_store(handles).await;
    assert!(report.skipped.is_empty(), "{report:?}");

    let redis = cluster.connect().namespace("moving");
    let fleet = Fleet::new(100);
    let routers = [fleet.start(&redis).await, fleet.start(&redis).await];
    for number in 0..200 {
        send(&routers[number % 2], number).await;
    }
    fleet.reaches(100, CHATS).await;
    let slot = cluster.0[0].ask(&["CLUSTER", "KEYSLOT", "{moving}:x"]).trim().to_owned();
    let (from, to) = cluster.owner_and_other(&slot);
    let keys = cluster.keys(from, &slot);
    let all = |node: &RedisServer| node.ask(&["KEYS", "{moving}*"]).split_whitespace().count();
    let all: usize = cluster.0.iter().map(all).sum();
    assert!(keys.len() > 10 && keys.len() == all, "{} of {all}", keys.len());
    cluster.open_slot(&slot, from, to);
    // Half of them are moved.
    for key in &keys[..keys.len() / 2] {
        cluster.migrate(from, to, key);
    }
    let refused = routers[0].handle_trusted(push(200)).await;
    assert_eq!(refused.status.as_u16(), 503, "the platform sends it again");
    let coming = async {
        for number in 200..300 {
            send(&routers[number % 2], number).await;
        }
    };
    let moving = async {
        fleet.go_on();
        // Leases end meanwhile.
        tokio::time::sleep(Duration::from_millis(1500)).await;
        for key in cluster.keys(from, &slot) {
            cluster.migrate(from, to, &key);
        }
        for node in [to, from] {
            cluster.set_slot(node, &slot, "NODE", to);
        }
    };
    tokio::join!(coming, moving);
    fleet.reaches(300, 0).await;
    fleet.check(300);
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
