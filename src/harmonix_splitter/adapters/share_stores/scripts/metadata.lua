-- ARGV: 4 listener, or nothing  5 presence life  6 the mark of what the asker knows already
if alive() ~= 'active' then return {'gone'} end
if ARGV[4] ~= '' then note(ARGV[4], ARGV[5]) end
local held = redis.call('HMGET', state, 'metadataUntil', 'epoch', 'said')
if now >= tonumber(held[1]) then return {'none'} end
local mark = held[2] .. ':' .. held[3]
if mark == ARGV[6] then return {'known', mark} end
local fields = redis.call('HGETALL', metadata)
if #fields == 0 then return {'none'} end
return {'ok', mark, unpack(fields)}
