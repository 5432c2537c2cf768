-- ARGV: 4 how many sessions at most  5 the library item everybody plays, or nothing
redis.call('ZREMRANGEBYSCORE', index, '-inf', now)
local was = alive()
if was == 'active' and not (publisher ~= '' and redis.call('HGET', state, 'publisher') == publisher) then
  return {'taken'}
end
if was ~= 'active' and redis.call('ZCARD', index) >= tonumber(ARGV[4]) then return {'full'} end
local epoch = now
if was ~= 'none' then epoch = math.max(now, number('epoch') + 1) end
redis.call('DEL', state, metadata, audio, listeners, met, sizes)
redis.call('HSET', state, 'active', 'true', 'startTime', now, 'epoch', epoch, 'publisher', publisher, 'head', -1,
  'listenerCount', 0, 'peak', 0, 'met', 0, 'chunks', 0, 'bytes', 0, 'duplicates', 0, 'late', 0,
  'audioUntil', 0, 'metadataUntil', 0, 'said', 0, 'item', ARGV[5])
touch()
tell('started', '')
return {'ok', epoch}
