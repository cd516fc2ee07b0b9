//! The connections of all apps, and the tickets for more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::connection::{Connection, Message, SERVICE};
use super::fault::ConnectionFault;
use super::holes::Holes;
use super::{Ack, ClientConfig, Lost, OpenConnection, Upgrade};
use crate::services::ids::mix;
use crate::services::{Script, Services, Times};

/// The number of connections that an app may have. Source: the platform's page on long connections.
const MOST: usize = 50;
/// Events above this go out in parts. The platform's own limit is not documented.
pub(crate) const PART_SIZE: usize = 32 * 1024;

/// Why a connection is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The URL is none that discovery gave, or it was used before.
    Ticket,
    /// The app has 50 connections.
    TooMany,
}

/// The connections of one sandbox.
pub(crate) struct Connections {
    services: Arc<Services>,
    part_size: usize,
    config: Mutex<ClientConfig>,
    table: Mutex<Table>,
    faults: Script<ConnectionFault>,
    holes: Holes,
}

/// The faults of the next URLs, and those of the next connections. A script is by name.
const OF_URLS: &str = "urls";
const OF_CONNECTIONS: &str = "connections";

#[derive(Default)]
struct Table {
    tickets: HashMap<String, Ticket>,
    open: Vec<Arc<Connection>>,
    opened: u64,
}

/// A URL that may be used once.
struct Ticket {
    app_id: String,
    device_id: String,
    access_key: String,
}

impl Connections {
    pub(crate) fn new(services: Arc<Services>, part_size: usize) -> Self {
        let (config, table) = (Mutex::default(), Mutex::default());
        let (faults, holes) = (Script::default(), Holes::default());
        Self { services, part_size, config, table, faults, holes }
    }

    /// What discovery and pongs say from now on.
    pub(crate) fn set_config(&self, config: ClientConfig) {
        *crate::lock(&self.config) = config;
    }

    pub(crate) fn config(&self) -> ClientConfig {
        *crate::lock(&self.config)
    }

    /// The URL at which an app may open its next connection, once.
    ///
    /// # Errors
    /// If it has as many as it may.
    pub(crate) fn endpoint(&self, app_id: &str) -> Result<String, Refusal> {
        let services = &self.services;
        let mut table = crate::lock(&self.table);
        if table.has_most(app_id) {
            return Err(Refusal::TooMany);
        }
        let (ticket, access_key) = (services.ids.next(""), services.ids.next(""));
        let device_id = mix(services.ids.number()).to_string();
        let hole = self.faults.next(OF_URLS).and_then(|fault| fault.hole());
        let host = match hole.map(|hole| self.holes.address(hole)) {
            Some(Ok(address)) => format!("://{address}"),
            // Without a port to spare there is no hole either.
            Some(Err(_)) | None => services.base_url.trim_start_matches("http").to_owned(),
        };
        // `service_id` is not the first: Node's SDK takes all before the first `&` for one name.
        let url = format!(
            "ws{host}/ws/v2?fpid=493&aid=552564&device_id={device_id}&access_key={access_key}\
             &service_id={SERVICE}&ticket={ticket}"
        );
        let app_id = app_id.to_owned();
        table.tickets.insert(ticket, Ticket { app_id, device_id, access_key });
        Ok(url)
    }

    /// Lets in the client that has this URL. It counts as connected from now on, and until what is
    /// returned is dropped.
    ///
    /// # Errors
    /// If discovery has given no such URL, or the app has as many connections as it may.
    pub(crate) fn admit(self: &Arc<Self>, query: &str) -> Result<Upgrade, Refusal> {
        let fields: HashMap<_, _> = form_urlencoded::parse(query.as_bytes()).collect();
        let field = |name: &str| fields.get(name).map_or("", |value| &**value);
        let mut table = crate::lock(&self.table);
        let ticket = table.tickets.remove(field("ticket")).ok_or(Refusal::Ticket)?;
        let Ticket { app_id, device_id, access_key } = ticket;
        if field("access_key") != access_key || field("device_id") != device_id {
            return Err(Refusal::Ticket);
        }
        if table.has_most(&app_id) {
            return Err(Refusal::TooMany);
        }
        let (connection, receivers) = Connection::new(device_id, app_id, self.services.uptime());
        let connection = Arc::new(connection);
        if let Some(fault) = self.faults.next(OF_CONNECTIONS) {
            connection.suffer(&fault);
        }
        table.open.push(Arc::clone(&connection));
        table.opened += 1;
        let (outgoing, orders) = receivers;
        Ok(Upgrade { connection, outgoing, orders, connections: Arc::clone(self) })
    }

    /// Lines up a fault for the next connections.
    pub(crate) fn add_fault(&self, times: Times, fault: ConnectionFault) {
        let name = if fault.hole().is_some() { OF_URLS } else { OF_CONNECTIONS };
        self.faults.add(name, times, fault);
    }

    /// Drops the faults that have not come yet.
    pub(crate) fn clear_faults(&self) {
        self.faults.clear_all();
    }

    /// Has this happen to every connection that is open. Returns the number.
    pub(crate) fn break_open(&self, fault: &ConnectionFault) -> usize {
        let table = crate::lock(&self.table);
        table.open.iter().map(|open| open.suffer(fault)).count()
    }

    /// No URL is good any more.
    pub(crate) fn forget_tickets(&self) {
        crate::lock(&self.table).tickets.clear();
    }

    /// The connection has ended.
    pub(super) fn remove(&self, connection: &Arc<Connection>) {
        connection.end();
        crate::lock(&self.table).open.retain(|open| !Arc::ptr_eq(open, connection));
    }

    /// The connections that are open, the oldest first.
    pub(crate) fn open(&self) -> Vec<OpenConnection> {
        crate::lock(&self.table).open.iter().map(|open| open.snapshot()).collect()
    }

    /// Closes those of an app, or all; of these the one with this id, or all. Returns the number.
    pub(crate) fn close(&self, app_id: Option<&str>, id: Option<&str>) -> usize {
        let table = crate::lock(&self.table);
        let open = table.open.iter().filter(|open| app_id.is_none_or(|it| it == open.app_id));
        let open = open.filter(|open| id.is_none_or(|it| it == open.id));
        open.map(|open| open.close()).count()
    }

    /// The number of connections that were let in so far.
    pub(crate) fn opened(&self) -> u64 {
        crate::lock(&self.table).opened
    }

    /// Sends a push over one connection of the app, any of them with the same chance, and waits for
    /// the acknowledgement. Returns the id of the connection too, if there was one.
    pub(crate) async fn deliver(
        &self,
        app_id: &str,
        payload: &str,
        limit: Duration,
    ) -> (Option<String>, Result<Ack, Lost>) {
        let Some(connection) = self.choose(app_id) else { return (None, Err(Lost::NotConnected)) };
        let ids = &self.services.ids;
        let message = Message {
            id: ids.next("msg-"),
            trace_id: ids.next(""),
            log_id: mix(ids.number()),
            timestamp_ms: self.services.now_ms(),
            payload: payload.as_bytes(),
            part_size: self.part_size,
        };
        let ack = connection.deliver(message, limit).await;
        (Some(connection.id.clone()), ack)
    }

    fn choose(&self, app_id: &str) -> Option<Arc<Connection>> {
        let table = crate::lock(&self.table);
        let own: Vec<_> = table.open.iter().filter(|open| open.app_id == app_id).collect();
        let count = own.len() as u64;
        let index = mix(self.services.ids.number()).checked_rem(count)?;
        own.get(index as usize).map(|connection| Arc::clone(connection))
    }
}

impl Table {
    fn has_most(&self, app_id: &str) -> bool {
        self.open.iter().filter(|open| open.app_id == app_id).count() >= MOST
    }
}
