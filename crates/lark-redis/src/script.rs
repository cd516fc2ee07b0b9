//! What happens in Redis, each step of it at once. A script that runs twice, because its reply was lost,
//! has the effect of one run.

use crate::client::Script;

macro_rules! scripts {
    ($($(#[$doc:meta])* $name:ident: $code:literal;)*) => {
        $($(#[$doc])* pub(crate) static $name: Script = Script::new($code);)*
    };
}

// Entries are `<milliseconds since 1970, or nothing>\n<value>`.
scripts! {
    /// The entry of a key.
    GET: "return redis.call('GET', KEYS[1])";
    /// Sets an entry: the entry, and when Redis may forget it.
    PUT: "
        redis.call('SET', KEYS[1], ARGV[1])
        if ARGV[2] ~= '' then redis.call('PEXPIREAT', KEYS[1], ARGV[2]) end
        return 1";
    /// Removes an entry.
    REMOVE: "return redis.call('DEL', KEYS[1])";
    /// Sets an entry if its value is the expected one: whether one is expected, its value, whether there
    /// is a new one, the new entry, when Redis may forget it, whether this is a second attempt.
    COMPARE_AND_SET: "
        local entry = redis.call('GET', KEYS[1])
        local value = entry and string.sub(entry, string.find(entry, '\\n', 1, true) + 1)
        if ARGV[6] == '1' and (ARGV[3] == '1' and entry == ARGV[4] or ARGV[3] == '0' and not entry) then
            return 1
        end
        if ARGV[1] == '1' and value ~= ARGV[2] or ARGV[1] == '0' and value then return 0 end
        if ARGV[3] == '0' then redis.call('DEL', KEYS[1]) return 1 end
        redis.call('SET', KEYS[1], ARGV[4])
        if ARGV[5] ~= '' then redis.call('PEXPIREAT', KEYS[1], ARGV[5]) end
        return 1";
    /// Takes a lock, or keeps it, for an owner and so many milliseconds.
    LEASE: "
        local owner = redis.call('GET', KEYS[1])
        if owner and owner ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1";
    /// Makes a lock last longer if the owner still has it.
    RENEW: "
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        return redis.call('PEXPIRE', KEYS[1], ARGV[2])";
    /// Gives up what an owner has: locks and claims.
    RELEASE: "
        for _, key in ipairs(KEYS) do
            if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
        end
        return 1";
    /// Claims events for an owner and so many milliseconds. 2: one is done; 1: one is in progress.
    #[cfg(feature = "events")]
    CLAIM: "
        local busy = 0
        for _, key in ipairs(KEYS) do
            local state = redis.call('GET', key)
            if state == 'done' then return 2 end
            if state and state ~= ARGV[1] then busy = 1 end
        end
        if busy == 1 then return 1 end
        for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[1], 'PX', ARGV[2]) end
        return 0";
    /// Records for so many milliseconds that the events of an owner are done. The number of those that
    /// another owner has claimed since, which are left as they are.
    #[cfg(feature = "events")]
    FINISH: "
        local lost = 0
        for _, key in ipairs(KEYS) do
            local state = redis.call('GET', key)
            if not state or state == ARGV[1] or state == 'done' then
                redis.call('SET', key, 'done', 'PX', ARGV[2])
            else
                lost = lost + 1
            end
        end
        return lost";
    /// Takes permits: an id for them, how many are of use, the patience, and the calls and the window of
    /// each rate; times in milliseconds. How many were taken, the wait for the first, and how long several
    /// may be used. Each is an entry with the time at which it is used at the latest.
    TAKE: "
        local slack, time = 20, redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local taken = redis.call('ZSCORE', KEYS[1], ARGV[1] .. ':1')
        if taken then return {1, math.max(0, taken - now), 0} end
        local at, count = now + math.max(0, redis.call('PTTL', KEYS[2])), tonumber(ARGV[2])
        local shortest, longest = math.huge, 0
        for place = 4, #ARGV, 2 do
            local calls, window = tonumber(ARGV[place]), ARGV[place + 1] + slack
            local first = redis.call('ZRANGE', KEYS[1], -calls, -calls, 'WITHSCORES')
            if first[2] then at = math.max(at, first[2] + window) end
            local used = redis.call('ZCOUNT', KEYS[1], '(' .. now - window, '+inf')
            count = math.min(count, used * 2 <= calls and math.floor((calls - used) / 4) or 1)
            shortest, longest = math.min(shortest, window), math.max(longest, window)
        end
        if at - now > tonumber(ARGV[3]) then return {0, at - now, 0} end
        local wait, lease = at - now, 0
        if wait > 0 or count < 2 then
            count = 1
        else
            lease = math.floor(shortest / 4)
            at = now + lease
        end
        for number = 1, count do redis.call('ZADD', KEYS[1], at, ARGV[1] .. ':' .. number) end
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - longest)
        redis.call('PEXPIRE', KEYS[1], at - now + longest)
        return {count, wait, lease}";
    /// Tells of a refusal: the pause in milliseconds, what is refused, and the rate to go on with.
    REFUSE: "
        if tonumber(ARGV[1]) > redis.call('PTTL', KEYS[1]) then
            -- Redis cuts what is less than a millisecond off.
            redis.call('SET', KEYS[1], '1', 'PX', ARGV[1] + 1)
        end
        redis.call('XADD', KEYS[2], 'MAXLEN', '~', 100, '*', 'pause', ARGV[1], 'key', ARGV[2],
            'calls', ARGV[3], 'window', ARGV[4], 'limit', ARGV[5])
        redis.call('PEXPIRE', KEYS[2], 3600000)
        return 1";
}
