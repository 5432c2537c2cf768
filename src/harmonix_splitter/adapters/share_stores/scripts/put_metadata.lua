-- ARGV: 4 metadata life  5... field, value, field, value. The answer: listeners, and the mark of these words.
if alive() ~= 'active' then return {'gone'} end
if not mine() then return {'denied'} end
redis.call('DEL', metadata)
local fields = {}
for i = 5, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('HSET', metadata, unpack(fields))
redis.call('PEXPIRE', metadata, ARGV[4])
redis.call('HSET', state, 'metadataUntil', now + tonumber(ARGV[4]))
touch()
local mark = number('epoch') .. ':' .. redis.call('HINCRBY', state, 'said', 1)
tell('metadata', mark)
return {'ok', present(), mark}
