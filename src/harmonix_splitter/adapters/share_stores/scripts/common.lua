-- Shared by every script. KEYS: 1 session:{id}  2 session:{id}:metadata  3 session:{id}:audio
-- 4 session:{id}:listeners  5 sessions (index, scored by expiry)  6 session:{id}:met  7 session:{id}:sizes
-- ARGV: 1 now (ms)  2 session id  3 publisher
local now, id, publisher = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local state, metadata, audio, listeners, index, met, sizes = unpack(KEYS)

local function number(field)
  return tonumber(redis.call('HGET', state, field) or '0')
end

-- Redis' own clock frees memory; the caller's clock decides what is true.
local function alive(known)
  local held = known or redis.call('HMGET', state, 'active', 'lastActivity')
  if not held[1] then return 'none' end
  local active = held[1] == 'true'
  local life = active and LIFE or GRACE
  if now >= tonumber(held[2]) + life then
    redis.call('DEL', state, metadata, audio, listeners, met, sizes)
    redis.call('ZREM', index, id)
    return 'none'
  end
  return active and 'active' or 'stopped'
end

local function linger()
  redis.call('PEXPIRE', state, LIFE)
  redis.call('ZADD', index, now + LIFE, id)
  redis.call('PEXPIRE', index, LIFE + GRACE)
end

local function touch()
  redis.call('HSET', state, 'lastActivity', now)
  linger()
end

local function mine()
  local owner = redis.call('HGET', state, 'publisher')
  return owner == '' or owner == publisher
end

local function present()
  redis.call('ZREMRANGEBYSCORE', listeners, '-inf', now)
  local count = redis.call('ZCARD', listeners)
  redis.call('HSET', state, 'listenerCount', count)
  return count
end

-- Whoever is heard of within its presence is there. What was ever counted changes only when somebody comes.
local function note(listener, life)
  local came = redis.call('ZADD', listeners, now + tonumber(life), listener)
  redis.call('PEXPIRE', listeners, LIFE)
  redis.call('PEXPIRE', met, LIFE)
  local count = present()
  if came == 1 then
    redis.call('PFADD', met, listener)
    redis.call('PEXPIRE', met, LIFE)
    redis.call('HSET', state, 'met', redis.call('PFCOUNT', met), 'peak', math.max(number('peak'), count))
  end
  return count
end

local function facts()
  return redis.call('HMGET', state, 'epoch', 'active', 'startTime', 'lastActivity', 'chunks', 'bytes',
    'duplicates', 'late', 'listenerCount', 'peak', 'met', 'item')
end

local function tell(kind, payload)
  redis.call('PUBLISH', 'share:' .. id, kind .. ':' .. number('epoch') .. ':' .. payload)
end
