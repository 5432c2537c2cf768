-- ARGV: 4 sequence  5 member (header + sound)  6 length (ms)  7 bytes  8 received
-- A member is a header (see redis.py) and the sound: large, so none is ever read here. What each takes stands
-- in the small sorted set beside it, and what they take together in the session's hash, which is read once and written
-- once: this is the script that runs for every piece of sound.
local held = redis.call('HMGET', state, 'active', 'lastActivity', 'publisher', 'item', 'head', 'audioUntil',
  'metadataUntil', 'epoch', 'chunks', 'bytes', 'heldLength', 'heldBytes')
if alive(held) ~= 'active' then return {'gone'} end
if held[3] ~= '' and held[3] ~= publisher then return {'denied'} end
if held[4] ~= '' then return {'silent'} end
local sequence, head, epoch = tonumber(ARGV[4]), tonumber(held[5]), tonumber(held[8])
if now >= tonumber(held[6]) then redis.call('DEL', audio, sizes) end
if head >= 0 and (sequence > head + AHEAD or sequence < head - AHEAD) then return {'refused', head} end

local changed = {'lastActivity', now, 'audioUntil', now + AUDIO_LIFE}
local function set(field, value)
  changed[#changed + 1] = field
  changed[#changed + 1] = value
end
local function settled(verdict)
  if redis.call('PEXPIRE', metadata, METADATA_LIFE) == 1 then
    set('metadataUntil', math.max(tonumber(held[7]), now + METADATA_LIFE))
  end
  redis.call('HSET', state, unpack(changed))
  redis.call('PEXPIRE', audio, AUDIO_LIFE)
  redis.call('PEXPIRE', sizes, AUDIO_LIFE)
  linger()
  return {verdict, epoch}
end
if head >= sequence then
  if redis.call('ZCOUNT', audio, sequence, sequence) > 0 then
    redis.call('HINCRBY', state, 'duplicates', 1)
    return settled('duplicate')
  end
  if redis.call('ZCOUNT', audio, '-inf', sequence) == 0 then
    redis.call('HINCRBY', state, 'late', 1)
    return settled('late')
  end
end
-- The first write: a full Redis refuses a script here or not at all.
redis.call('ZADD', audio, sequence, ARGV[5])
redis.call('ZADD', sizes, sequence, table.concat({ARGV[4], ARGV[6], ARGV[7], ARGV[8]}, ':'))
local count = redis.call('ZCARD', audio)
local length, bytes = tonumber(ARGV[6]), tonumber(ARGV[7])
set('bytes', tonumber(held[10]) + bytes)
set('chunks', tonumber(held[9]) + 1)
set('head', string.format('%.0f', math.max(head, sequence)))
if count > 1 then length, bytes = length + tonumber(held[11]), bytes + tonumber(held[12]) end
while count > 1 and (count > MOST_CHUNKS or length > MOST_LENGTH or bytes > MOST_BYTES) do
  redis.call('ZREMRANGEBYRANK', audio, 0, 0)
  local its_length, its_bytes = string.match(redis.call('ZPOPMIN', sizes)[1], ':(%d+):(%d+)')
  length, bytes = length - its_length, bytes - its_bytes
  count = count - 1
end
set('heldLength', length)
set('heldBytes', bytes)
if redis.call('PUBSUB', 'NUMSUB', 'share:' .. id)[2] > 0 then tell('chunk', ARGV[5]) end
return settled('ok')
