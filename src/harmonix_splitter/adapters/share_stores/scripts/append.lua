-- ARGV: 4 sequence  5 member (header + sound)  6 length (ms)  7 bytes  8 ahead  9 audio life  10 metadata life
-- 11 chunks at most  12 length at most  13 bytes at most
-- A member is 38 bytes of header (see redis.py) and the sound; its length in ms is bytes 31 to 34 of the header.
if alive() ~= 'active' then return {'gone'} end
if not mine() then return {'denied'} end
local sequence, head = tonumber(ARGV[4]), number('head')
if now >= number('audioUntil') then redis.call('DEL', audio) end
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
if redis.call('ZCOUNT', audio, sequence, sequence) > 0 then
  redis.call('HINCRBY', state, 'duplicates', 1)
  return {'duplicate', epoch}
end
local oldest = redis.call('ZRANGE', audio, 0, 0, 'WITHSCORES')
if head >= sequence and (#oldest == 0 or sequence < tonumber(oldest[2])) then
  redis.call('HINCRBY', state, 'late', 1)
  return {'late', epoch}
end
redis.call('ZADD', audio, sequence, ARGV[5])
redis.call('PEXPIRE', audio, ARGV[9])
redis.call('HSET', state, 'head', string.format('%.0f', math.max(head, sequence)))
redis.call('HINCRBY', state, 'chunks', 1)
redis.call('HINCRBY', state, 'bytes', ARGV[7])

local members = redis.call('ZRANGE', audio, 0, -1)
local length, bytes = 0, 0
local parts = {}
for i, member in ipairs(members) do
  local span = struct.unpack('>I4', string.sub(member, 31, 34))
  parts[i] = {span, #member - 38}
  length = length + span
  bytes = bytes + #member - 38
end
local gone = 0
local count = #members
while count - gone > 1 and (count - gone > tonumber(ARGV[11]) or length > tonumber(ARGV[12]) or bytes > tonumber(ARGV[13])) do
  gone = gone + 1
  length = length - parts[gone][1]
  bytes = bytes - parts[gone][2]
end
if gone > 0 then redis.call('ZREMRANGEBYRANK', audio, 0, gone - 1) end
tell('chunk', ARGV[5])
return {'ok', epoch}
