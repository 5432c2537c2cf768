-- ARGV: 4 listener  5 presence life
if alive() ~= 'active' then return {'gone'} end
redis.call('ZADD', listeners, now + tonumber(ARGV[5]), ARGV[4])
redis.call('PEXPIRE', listeners, LIFE)
redis.call('PFADD', met, ARGV[4])
redis.call('PEXPIRE', met, LIFE)
local count = present()
redis.call('HSET', state, 'met', redis.call('PFCOUNT', met), 'peak', math.max(number('peak'), count))
return {'ok', count}
