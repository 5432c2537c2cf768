-- ARGV: 4 listener  5 presence life
if alive() ~= 'active' then return {'gone'} end
return {'ok', note(ARGV[4], ARGV[5])}
