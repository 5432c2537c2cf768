-- ARGV: 4 listener, or nothing  5 presence life
if alive() ~= 'active' then return {'gone'} end
if ARGV[4] ~= '' then note(ARGV[4], ARGV[5]) end
if now >= number('metadataUntil') then return {'none'} end
local fields = redis.call('HGETALL', metadata)
if #fields == 0 then return {'none'} end
return {'ok', unpack(fields)}
