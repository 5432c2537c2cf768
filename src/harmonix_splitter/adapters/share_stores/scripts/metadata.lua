if alive() ~= 'active' then return {'gone'} end
if now >= number('metadataUntil') then return {'none'} end
local fields = redis.call('HGETALL', metadata)
if #fields == 0 then return {'none'} end
return {'ok', unpack(fields)}
