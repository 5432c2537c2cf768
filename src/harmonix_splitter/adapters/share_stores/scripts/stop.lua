-- ARGV: 4 grace
if alive() ~= 'active' then return {'gone'} end
if not mine() then return {'denied'} end
present()
local last = facts()
redis.call('HSET', state, 'active', 'false', 'lastActivity', now, 'listenerCount', 0)
redis.call('DEL', metadata, audio, listeners, sizes)
redis.call('PEXPIRE', state, ARGV[4])
if redis.call('EXISTS', met) == 1 then redis.call('PEXPIRE', met, ARGV[4]) end
redis.call('ZREM', index, id)
tell('stopped', '')
return {'ok', unpack(last)}
