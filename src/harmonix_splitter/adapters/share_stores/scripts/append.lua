-- ARGV: 4 sequence  5 member (header + sound)  6 length (ms)  7 bytes  8 ahead  9 audio life  10 metadata life
-- 11 chunks at most  12 length at most  13 bytes at most
-- A member is 38 bytes of header (see redis.py) and the sound; its length in ms is bytes 31 to 34 of the header.
-- Members are large: none is read but the one that must go. What the window holds is counted in the session's hash.
if alive() ~= 'active' then return {'gone'} end
if not mine() then return {'denied'} end
if redis.call('HGET', state, 'item') ~= '' then return {'silent'} end
local sequence, head = tonumber(ARGV[4]), number('head')
if now >= number('audioUntil') then redis.call('DEL', audio) end
local count = redis.call('ZCARD', audio)
if head >= 0 and (sequence > head + tonumber(ARGV[8]) or sequence < head - tonumber(ARGV[8])) then
  return {'refused', head}
end
touch()
redis.call('HSET', state, 'audioUntil', now + tonumber(ARGV[9]))
redis.call('PEXPIRE', audio, ARGV[9])
if redis.call('EXISTS', metadata) == 1 then
  redis.call('HSET', state, 'metadataUntil', math.max(number('metadataUntil'), now + tonumber(ARGV[10])))
  redis.call('PEXPIRE', metadata, ARGV[10])
end
local epoch = number('epoch')
if head >= sequence then
  if redis.call('ZCOUNT', audio, sequence, sequence) > 0 then
    redis.call('HINCRBY', state, 'duplicates', 1)
    return {'duplicate', epoch}
  end
  if redis.call('ZCOUNT', audio, '-inf', sequence) == 0 then
    redis.call('HINCRBY', state, 'late', 1)
    return {'late', epoch}
  end
end
if count == 0 then redis.call('HSET', state, 'heldLength', 0, 'heldBytes', 0) end
redis.call('ZADD', audio, sequence, ARGV[5])
redis.call('PEXPIRE', audio, ARGV[9])
redis.call('HSET', state, 'head', string.format('%.0f', math.max(head, sequence)))
redis.call('HINCRBY', state, 'chunks', 1)
redis.call('HINCRBY', state, 'bytes', ARGV[7])
local length = redis.call('HINCRBY', state, 'heldLength', ARGV[6])
local bytes = redis.call('HINCRBY', state, 'heldBytes', ARGV[7])
count = count + 1
while count > 1 and (count > tonumber(ARGV[11]) or length > tonumber(ARGV[12]) or bytes > tonumber(ARGV[13])) do
  local oldest = redis.call('ZPOPMIN', audio)[1]
  local span = struct.unpack('>I4', string.sub(oldest, 31, 34))
  length = redis.call('HINCRBY', state, 'heldLength', -span)
  bytes = redis.call('HINCRBY', state, 'heldBytes', 38 - #oldest)
  count = count - 1
end
if redis.call('PUBSUB', 'NUMSUB', 'share:' .. id)[2] > 0 then tell('chunk', ARGV[5]) end
return {'ok', epoch}
