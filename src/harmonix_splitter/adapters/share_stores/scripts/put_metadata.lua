-- ARGV: 4 metadata life  5 the metadata as JSON for followers  6... field, value, field, value
if alive() ~= 'active' then return {'gone'} end
if not mine() then return {'denied'} end
redis.call('DEL', metadata)
local fields = {}
for i = 6, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('HSET', metadata, unpack(fields))
redis.call('PEXPIRE', metadata, ARGV[4])
redis.call('HSET', state, 'metadataUntil', now + tonumber(ARGV[4]))
touch()
if redis.call('PUBSUB', 'NUMSUB', 'share:' .. id)[2] > 0 then tell('metadata', ARGV[5]) end
return {'ok', present()}
