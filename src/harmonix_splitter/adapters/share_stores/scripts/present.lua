if alive() ~= 'active' then return {'gone'} end
present()
return {'ok', unpack(redis.call('ZRANGE', listeners, 0, -1))}
