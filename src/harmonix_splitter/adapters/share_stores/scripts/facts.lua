if alive() == 'none' then return {'gone'} end
present()
return {'ok', unpack(facts())}
