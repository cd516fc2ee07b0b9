//! What happens in Redis, each step of it at once.
//!
//! Keys begin with that of the inbox, `base`:
//!
//! - `s:<partition>`: the stream of events, with the group `inbox` and its only consumer `c`. Fields: `o`
//!   the ordering key, `i` the event id, `t` the type, `a` when it was stored, `b` the body, `v` the trace
//!   context of the reception, if there is one
//! - `t:<partition>`: by id of a pending event, `<attempts>|<not before>|<reason>`
//! - `z:<partition>`, `y:<partition>`: delayed events, their numbers by time, and what they consist of
//! - `l:<partition>`: the owner of the lease, as long as it lasts; `e`: `<epoch>|<owner>` by partition
//! - `x`: the stream of dead letters, with `p` the partition, `n` the attempts, `r` the reason
//! - `k:<key>`: what is remembered; `m`: the processes by the end of their leases
//! - `n`: the stream of notices, with `p` the partition in which something was stored
//! - `c`: counters: `w` and `w:<partition>` wait, `h:<partition>` are handled, `b` bytes, `d` the last
//!   delayed one; and ids: `a:<partition>` the last event, `r:<partition>` the last one that was read
//! - `f`: the format and the number of partitions

use crate::client::Script;

/// What all scripts may use.
macro_rules! prelude {
    () => {
        "
        local base = KEYS[1] .. ':'
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local function count(field, by) redis.call('HINCRBY', base .. 'c', field, by) end
        local function is_valid(part, epoch, owner)
            return redis.call('HGET', base .. 'e', part) == epoch .. '|' .. owner
        end
        local touched = {}
        local function add(part, order, id, kind, stored, body, context)
            local row = { 'o', order, 'i', id, 't', kind, 'a', stored, 'b', body }
            if context and context ~= '' then row[11], row[12] = 'v', context end
            local at = redis.call('XADD', base .. 's:' .. part, '*', unpack(row))
            redis.call('HSET', base .. 'c', 'a:' .. part, at)
            count('w', 1) count('w:' .. part, 1)
            touched[part] = true
        end
        local function tell()
            for part in pairs(touched) do
                redis.call('XADD', base .. 'n', 'MAXLEN', '~', 100, '*', 'p', part)
            end
        end
        local function fields(row)
            local found = {}
            for n = 1, #row, 2 do found[row[n]] = row[n + 1] end
            return found
        end
        local function after(id)
            local millis, number = string.match(id, '^(%d+)-(%d+)$')
            return millis .. '-' .. string.format('%.0f', number + 1)
        end
        local function is_up_to(id, last)
            local m1, n1 = string.match(id, '^(%d+)-(%d+)$')
            local m2, n2 = string.match(last, '^(%d+)-(%d+)$')
            m1, n1, m2, n2 = tonumber(m1), tonumber(n1), tonumber(m2), tonumber(n2)
            return m1 < m2 or m1 == m2 and n1 <= n2
        end
        local function is_pending(part, id)
            return #redis.call('XPENDING', base .. 's:' .. part, 'inbox', id, id, 1) > 0
        end
        local function show(part, row)
            local found = fields(row[2])
            local tries = redis.call('HGET', base .. 't:' .. part, row[1]) or '0|0|'
            local attempts, due = string.match(tries, '^(%d+)|(%d+)|')
            return { row[1], found.o, found.i, found.t, found.b, attempts,
                tostring(math.max(0, due - now)), tostring(math.max(0, now - found.a)), found.v or '' }
        end
        "
    };
}

macro_rules! scripts {
    ($($(#[$doc:meta])* $name:ident: $code:literal;)*) => {
        $($(#[$doc])* pub(super) static $name: Script =
            Script::new(concat!(prelude!(), $code));)*
    };
}

scripts! {
    /// Makes the inbox, or opens it: format, partitions. The format and the partitions that it has.
    OPEN: "
        redis.call('HSETNX', base .. 'f', 'format', ARGV[1])
        redis.call('HSETNX', base .. 'f', 'partitions', ARGV[2])
        local found = redis.call('HMGET', base .. 'f', 'format', 'partitions')
        if found[1] == ARGV[1] then
            for part = 0, found[2] - 1 do
                redis.pcall('XGROUP', 'CREATE', base .. 's:' .. part, 'inbox', '0', 'MKSTREAM')
            end
        end
        return found";
    /// Stores events: capacity, milliseconds to remember, number; then for each the partition, the number of
    /// keys, the keys, ordering key, id, type, body, delay, trace context. For each 0 stored, 1 known, 2 full.
    APPEND: "
        local waiting = tonumber(redis.call('HGET', base .. 'c', 'w') or '0')
        local at, out = 4, {}
        for n = 1, tonumber(ARGV[3]) do
            local part, keys = ARGV[at], tonumber(ARGV[at + 1])
            local f = at + 2 + keys
            out[n] = waiting >= tonumber(ARGV[1]) and 2 or 0
            for k = at + 2, f - 1 do
                if redis.call('EXISTS', base .. 'k:' .. ARGV[k]) == 1 then out[n] = 1 end
            end
            if out[n] == 0 then
                for k = at + 2, f - 1 do
                    redis.call('SET', base .. 'k:' .. ARGV[k], '', 'PX', ARGV[2])
                end
                count('b', #ARGV[f + 3])
                if ARGV[f + 4] == '' then
                    add(part, ARGV[f], ARGV[f + 1], ARGV[f + 2], now, ARGV[f + 3], ARGV[f + 5])
                    waiting = waiting + 1
                else
                    local number = redis.call('HINCRBY', base .. 'c', 'd', 1)
                    redis.call('ZADD', base .. 'z:' .. part, now + ARGV[f + 4], number)
                    redis.call('HSET', base .. 'y:' .. part, number, cmsgpack.pack({
                        ARGV[f], ARGV[f + 1], ARGV[f + 2], ARGV[f + 3], ARGV[f + 5] }))
                end
            end
            at = f + 6
        end
        tell()
        return out";
    /// A sign of life: owner, ttl, partitions, format, then partition and epoch of each lease. The number of
    /// processes, the partitions that were lost, those that are free. A server that lost its data is told
    /// again what the inbox is.
    BEAT: "
        redis.call('ZREMRANGEBYSCORE', base .. 'm', '-inf', now)
        redis.call('ZADD', base .. 'm', now + ARGV[2], ARGV[1])
        if redis.call('EXISTS', base .. 'f') == 0 then
            redis.call('HSET', base .. 'f', 'format', ARGV[4], 'partitions', ARGV[3])
        end
        local lost, free = {}, {}
        for n = 5, #ARGV, 2 do
            if is_valid(ARGV[n], ARGV[n + 1], ARGV[1]) then
                redis.call('SET', base .. 'l:' .. ARGV[n], ARGV[1], 'PX', ARGV[2])
            else
                table.insert(lost, ARGV[n])
            end
        end
        for part = 0, ARGV[3] - 1 do
            if redis.call('EXISTS', base .. 'l:' .. part) == 0 then table.insert(free, part) end
        end
        return { redis.call('ZCARD', base .. 'm'), lost, free }";
    /// Acquires a partition: owner, partition, ttl. The epoch, or nothing.
    ACQUIRE: "
        local lease = base .. 'l:' .. ARGV[2]
        local owner = redis.call('GET', lease)
        if owner and owner ~= ARGV[1] then return false end
        redis.call('SET', lease, ARGV[1], 'PX', ARGV[3])
        local before = string.match(redis.call('HGET', base .. 'e', ARGV[2]) or '0|', '^(%d+)|')
        local epoch = string.format('%.0f', before + 1)
        redis.call('HSET', base .. 'e', ARGV[2], epoch .. '|' .. ARGV[1])
        redis.pcall('XGROUP', 'CREATE', base .. 's:' .. ARGV[2], 'inbox', '0', 'MKSTREAM')
        return epoch";
    /// Gives a lease back: partition, epoch, owner.
    RELEASE: "
        if is_valid(ARGV[1], ARGV[2], ARGV[3]) and redis.call('GET', base .. 'l:' .. ARGV[1]) == ARGV[3] then
            redis.call('DEL', base .. 'l:' .. ARGV[1])
        end
        return 1";
    /// A process ends: owner, partitions.
    LEAVE: "
        for part = 0, ARGV[2] - 1 do
            local lease = base .. 'l:' .. part
            if redis.call('GET', lease) == ARGV[1] then redis.call('DEL', lease) end
        end
        redis.call('ZREM', base .. 'm', ARGV[1])
        return 1";
    /// Reads events: partition, epoch, owner, after which id, how many. Those that are pending come first:
    /// they were read before the others.
    READ: "
        local part, limit = ARGV[1], tonumber(ARGV[5])
        if not is_valid(part, ARGV[2], ARGV[3]) then return false end
        local delayed = base .. 'z:' .. part
        for _, number in ipairs(redis.call('ZRANGEBYSCORE', delayed, '-inf', now, 'LIMIT', 0, 100)) do
            local event = cmsgpack.unpack(redis.call('HGET', base .. 'y:' .. part, number))
            add(part, event[1], event[2], event[3], redis.call('ZSCORE', delayed, number), event[4],
                event[5])
            redis.call('ZREM', delayed, number)
            redis.call('HDEL', base .. 'y:' .. part, number)
        end
        local out, from = {}, ARGV[4]
        local function take(id, number)
            local read = redis.call('XREADGROUP', 'GROUP', 'inbox', 'c', 'COUNT', number, 'STREAMS',
                base .. 's:' .. part, id)
            local rows = read and read[1][2] or {}
            for _, row in ipairs(rows) do
                if row[2] then table.insert(out, show(part, row)) end
                from = row[1]
            end
            return #rows
        end
        while #out < limit and take(from, limit - #out) > 0 do end
        if #out < limit and take('>', limit - #out) > 0 then
            redis.call('HSET', base .. 'c', 'r:' .. part, from)
        end
        return out";
    /// Reads events that were begun and have not ended: partition, epoch, owner.
    BEGUN: "
        if not is_valid(ARGV[1], ARGV[2], ARGV[3]) then return false end
        local out = {}
        local tries = redis.call('HGETALL', base .. 't:' .. ARGV[1])
        for n = 1, #tries, 2 do
            if #out >= 500 then break end
            local has_ended = not string.match(tries[n + 1], '^%d+|0|$')
            local row = not has_ended and redis.call('XRANGE', base .. 's:' .. ARGV[1], tries[n], tries[n])[1]
            if row and is_pending(ARGV[1], tries[n]) then table.insert(out, show(ARGV[1], row)) end
        end
        return out";
    /// Reads events by their ids: partition, epoch, owner, ids.
    LOAD: "
        if not is_valid(ARGV[1], ARGV[2], ARGV[3]) then return false end
        local out = {}
        for n = 4, #ARGV do
            local row = redis.call('XRANGE', base .. 's:' .. ARGV[1], ARGV[n], ARGV[n])[1]
            if row and is_pending(ARGV[1], ARGV[n]) then table.insert(out, show(ARGV[1], row)) end
        end
        return out";
    /// Takes steps: partition, epoch, owner, then for each its letter, the id, a number, a reason.
    SETTLE: "
        local part = ARGV[1]
        if not is_valid(part, ARGV[2], ARGV[3]) then return 0 end
        local stream, tries = base .. 's:' .. part, base .. 't:' .. part
        for n = 4, #ARGV, 4 do
            local step, id, number, reason = ARGV[n], ARGV[n + 1], ARGV[n + 2], ARGV[n + 3]
            if step == 'begin' then
                if is_pending(part, id) then redis.call('HSET', tries, id, number .. '|0|') end
            elseif step == 'retry' then
                if is_pending(part, id) then
                    local attempts = string.match(redis.call('HGET', tries, id) or '0|', '^(%d+)|')
                    local due = string.format('%.0f', now + number)
                    redis.call('HSET', tries, id, attempts .. '|' .. due .. '|' .. reason)
                end
            elseif redis.call('XACK', stream, 'inbox', id) == 1 then
                count('w', -1) count('w:' .. part, -1)
                if step == 'done' then
                    count('h:' .. part, 1)
                else
                    local row = redis.call('XRANGE', stream, id, id)[1]
                    local attempts = string.match(redis.call('HGET', tries, id) or '0|', '^(%d+)|')
                    if row then
                        local found = fields(row[2])
                        redis.call('XADD', base .. 'x', '*', 'p', part, 'n', attempts, 'r', reason,
                            'o', found.o, 'i', found.i, 't', found.t, 'a', found.a, 'b', found.b,
                            'v', found.v or '')
                    end
                    redis.call('XDEL', stream, id)
                end
                redis.call('HDEL', tries, id)
            end
        end
        return 1";
    /// Whether there is the key of a format.
    EXISTS: "return redis.call('EXISTS', KEYS[1])";
    /// Of these partitions those with something to read.
    NEWS: "
        local out = {}
        for n = 1, #ARGV do
            local last = redis.call('HMGET', base .. 'c', 'a:' .. ARGV[n], 'r:' .. ARGV[n])
            local due = redis.call('ZRANGE', base .. 'z:' .. ARGV[n], 0, 0, 'WITHSCORES')
            if last[1] and last[1] ~= last[2] or due[2] and tonumber(due[2]) <= now then
                table.insert(out, ARGV[n])
            end
        end
        return out";
    /// Removes handled events: partition, milliseconds to keep, bytes to keep. 1: there may be more.
    SWEEP: "
        local part, stream = ARGV[1], base .. 's:' .. ARGV[1]
        local state = redis.call('HMGET', base .. 'c', 'r:' .. part, 'b', 'q:' .. part, 'h:' .. part)
        if not state[1] or tonumber(state[4] or '0') <= 0 then return 0 end
        local from, budget = state[3] or '-', tonumber(state[2] or '0') - ARGV[3]
        -- Most often there is nothing to remove, as the oldest one tells.
        local oldest = redis.call('XRANGE', stream, from, '+', 'COUNT', 1)[1]
        local is_kept = oldest and tonumber(string.match(oldest[1], '^%d+')) > now - ARGV[2]
        if is_kept and budget <= 0 then
            redis.call('HDEL', base .. 'c', 'q:' .. part)
            return 0
        end
        local rows = redis.call('XRANGE', stream, from, '+', 'COUNT', 200)
        local pending, bytes, removed = {}, tonumber(state[2] or '0'), {}
        if #rows > 0 then
            local range = redis.call('XPENDING', stream, 'inbox', rows[1][1], rows[#rows][1], 200)
            for _, it in ipairs(range) do pending[it[1]] = true end
        end
        local next = #rows == 200 and after(rows[#rows][1]) or nil
        for _, row in ipairs(rows) do
            if not is_up_to(row[1], state[1]) then next = nil break end
            if not pending[row[1]] then
                local is_old = tonumber(string.match(row[1], '^%d+')) <= now - ARGV[2]
                if not is_old and bytes <= tonumber(ARGV[3]) then next = nil break end
                bytes = bytes - #fields(row[2]).b
                table.insert(removed, row[1])
            end
        end
        if #removed > 0 then
            redis.call('XDEL', stream, unpack(removed))
            count('h:' .. part, -#removed)
            redis.call('HSET', base .. 'c', 'b', string.format('%.0f', bytes))
        end
        if next then
            redis.call('HSET', base .. 'c', 'q:' .. part, next)
        else
            redis.call('HDEL', base .. 'c', 'q:' .. part)
        end
        return next and 1 or 0";
    /// How much there is: partitions. Numbers of delayed and dead ones, bytes, the age of the oldest in
    /// milliseconds, then for each partition how many wait and are handled.
    GAUGES: "
        local delayed, oldest, out = 0, 0, {}
        for part = 0, ARGV[1] - 1 do
            local stream = base .. 's:' .. part
            delayed = delayed + redis.call('ZCARD', base .. 'z:' .. part)
            local found = redis.call('HMGET', base .. 'c', 'w:' .. part, 'h:' .. part, 'r:' .. part)
            local waiting = tonumber(found[1] or '0')
            if waiting > 0 then
                local first = redis.call('XPENDING', stream, 'inbox', '-', '+', 1)[1]
                if not first then
                    local from = found[3] and after(found[3]) or '-'
                    first = redis.call('XRANGE', stream, from, '+', 'COUNT', 1)[1]
                end
                if first then oldest = math.max(oldest, now - string.match(first[1], '^%d+')) end
            end
            table.insert(out, tostring(waiting))
            table.insert(out, found[2] or '0')
        end
        return { tostring(delayed), tostring(redis.call('XLEN', base .. 'x')),
            redis.call('HGET', base .. 'c', 'b') or '0', tostring(oldest), out }";
    /// Dead letters: from which id, how many.
    DEAD: "
        local out = {}
        for _, row in ipairs(redis.call('XRANGE', base .. 'x', ARGV[1], '+', 'COUNT', ARGV[2])) do
            local found = fields(row[2])
            table.insert(out, { row[1], found.r, { row[1], found.o, found.i, found.t, found.b, found.n,
                '0', tostring(math.max(0, now - found.a)), found.v or '' } })
        end
        return out";
    /// Puts a dead letter at the end of its partition: id.
    RETRY: "
        local row = redis.call('XRANGE', base .. 'x', ARGV[1], ARGV[1])[1]
        if not row then return 0 end
        local found = fields(row[2])
        add(found.p, found.o, found.i, found.t, found.a, found.b, found.v)
        tell()
        return redis.call('XDEL', base .. 'x', ARGV[1])";
    /// Removes a dead letter: id.
    DISCARD: "
        local row = redis.call('XRANGE', base .. 'x', ARGV[1], ARGV[1])[1]
        if not row then return 0 end
        count('b', -#fields(row[2]).b)
        return redis.call('XDEL', base .. 'x', ARGV[1])";
    /// Puts handled events at the end of their partition: partition, from which id, up to which one or
    /// nothing. Their number, the id to go on from, the id up to which to go.
    REPLAY: "
        local part, stream = ARGV[1], base .. 's:' .. ARGV[1]
        local last = ARGV[3]
        if last == '' then last = redis.call('HGET', base .. 'c', 'r:' .. part) end
        if not last then return { 0, '', '' } end
        local rows = redis.call('XRANGE', stream, ARGV[2], last, 'COUNT', 200)
        local pending, moved = {}, 0
        if #rows > 0 then
            local range = redis.call('XPENDING', stream, 'inbox', rows[1][1], rows[#rows][1], 200)
            for _, it in ipairs(range) do pending[it[1]] = true end
        end
        for _, row in ipairs(rows) do
            if not pending[row[1]] then
                local found = fields(row[2])
                add(part, found.o, found.i, found.t, found.a, found.b, found.v)
                redis.call('XDEL', stream, row[1])
                count('h:' .. part, -1)
                moved = moved + 1
            end
        end
        tell()
        return { moved, #rows == 200 and after(rows[#rows][1]) or '', last }";
}
