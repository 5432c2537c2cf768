-- ARGV: 4 since  5 reorder grace  6 first answer  7 most per answer  8 listener, or nothing  9 presence life
-- 10 what to answer: 'marks' (of :sizes, small) or 'sound'. The same rule as domain.sharing.readable.
-- Only the small set is looked through; of the large one, nothing is read but what is handed out.
if alive() ~= 'active' then return {'gone'} end
if ARGV[8] ~= '' then note(ARGV[8], ARGV[9]) end
local held = redis.call('HMGET', state, 'epoch', 'head', 'audioUntil')
local epoch, head = held[1], held[2]
if now >= tonumber(held[3]) then return {'ok', epoch, head} end
local since = tonumber(ARGV[4])
local window = redis.call('ZRANGE', sizes, 0, -1, 'WITHSCORES')
if #window == 0 then return {'ok', epoch, head} end
local anew = since < 0 or since > tonumber(window[#window])
local expected = tonumber(window[2])
if not anew then expected = math.max(since + 1, expected) end
local ready, marks = {}, {}
for i = 2, #window, 2 do
  local sequence = tonumber(window[i])
  if anew or sequence > since then
    local received = tonumber(string.match(window[i - 1], '(%d+)$'))
    if sequence ~= expected and now - received < tonumber(ARGV[5]) then break end
    ready[#ready + 1], marks[#marks + 1] = sequence, window[i - 1]
    expected = sequence + 1
  end
end
if #ready == 0 then return {'ok', epoch, head} end
local first = anew and math.max(1, #ready - tonumber(ARGV[6]) + 1) or 1
local last = anew and #ready or math.min(#ready, tonumber(ARGV[7]))
if ARGV[10] == 'marks' then return {'ok', epoch, head, unpack(marks, first, last)} end
return {'ok', epoch, head, unpack(redis.call('ZRANGEBYSCORE', audio, ready[first], ready[last]))}
