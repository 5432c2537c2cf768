-- ARGV: 4 since  5 reorder grace  6 first answer  7 most per answer. The same rule as domain.sharing.readable.
-- Only the small set is looked through; of the large one, nothing is read but what is handed out.
if alive() ~= 'active' then return {'gone'} end
local epoch, head = number('epoch'), redis.call('HGET', state, 'head')
if now >= number('audioUntil') then return {'ok', epoch, head} end
local since = tonumber(ARGV[4])
local window = redis.call('ZRANGE', sizes, 0, -1, 'WITHSCORES')
if #window == 0 then return {'ok', epoch, head} end
local anew = since < 0 or since > tonumber(window[#window])
local expected = tonumber(window[2])
if not anew then expected = math.max(since + 1, expected) end
local ready = {}
for i = 2, #window, 2 do
  local sequence = tonumber(window[i])
  if anew or sequence > since then
    local received = tonumber(string.match(window[i - 1], '(%d+)$'))
    if sequence ~= expected and now - received < tonumber(ARGV[5]) then break end
    ready[#ready + 1] = sequence
    expected = sequence + 1
  end
end
if #ready == 0 then return {'ok', epoch, head} end
local first = anew and ready[math.max(1, #ready - tonumber(ARGV[6]) + 1)] or ready[1]
local last = anew and ready[#ready] or ready[math.min(#ready, tonumber(ARGV[7]))]
return {'ok', epoch, head, unpack(redis.call('ZRANGEBYSCORE', audio, first, last))}
