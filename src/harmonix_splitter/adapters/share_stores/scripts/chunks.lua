-- ARGV: 4 since  5 reorder grace  6 first answer  7 most per answer. The same rule as domain.sharing.readable.
if alive() ~= 'active' then return {'gone'} end
local epoch, head = number('epoch'), redis.call('HGET', state, 'head')
if now >= number('audioUntil') then return {'ok', epoch, head} end
local since = tonumber(ARGV[4])
local window = redis.call('ZRANGE', audio, 0, -1, 'WITHSCORES')
local count = #window / 2
if count == 0 then return {'ok', epoch, head} end
local first, last = tonumber(window[2]), tonumber(window[#window])
local anew = since < 0 or since > last
local expected = anew and first or math.max(since + 1, first)
local ready = {}
for i = 1, count do
  local member, sequence = window[2 * i - 1], tonumber(window[2 * i])
  if anew or sequence > since then
    local received = struct.unpack('>I8', string.sub(member, 9, 16))
    if sequence ~= expected and now - received < tonumber(ARGV[5]) then break end
    ready[#ready + 1] = member
    expected = sequence + 1
  end
end
local answer = {'ok', epoch, head}
local from = anew and math.max(1, #ready - tonumber(ARGV[6]) + 1) or 1
local to = anew and #ready or math.min(#ready, tonumber(ARGV[7]))
for i = from, to do answer[#answer + 1] = ready[i] end
return answer
