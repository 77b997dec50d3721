"""Circuits that many processes share: each look is one script on the Redis server, by the server's clock."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from llmkit.stores.circuits import Ending, Glance, Tally, Terms
from llmkit.stores.redis import Server

# A hash for each circuit: `state`, `era`, `till` (microseconds), `openings`, `closed` (when), `reason`, `good` (probes in a row); a field
# `b:<number>` for each step of the window with its sums, a field `p:<id>` for each probe with the end of its lease.
_LOOK = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local key, circuit, probes, steps = KEYS[1], {}, {}, {}
local flat = redis.call('HGETALL', KEYS[1])
for i = 1, #flat, 2 do
  local kind, name = string.sub(flat[i], 1, 2), string.sub(flat[i], 3)
  if kind == 'b:' then steps[tonumber(name)] = flat[i + 1]
  elseif kind == 'p:' then probes[name] = tonumber(flat[i + 1])
  else circuit[flat[i]] = flat[i + 1] end
end
local window, buckets, volume = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local pause, longest, most, wanted = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local state, era, good = circuit.state or 'closed', tonumber(circuit.era or 0), tonumber(circuit.good or 0)
local openings, reason, till = tonumber(circuit.openings or 0), circuit.reason or '', tonumber(circuit.till or 0)
local function whole(number) return string.format('%.0f', number) end
local function forget()
  redis.call('DEL', key)
  probes, steps, good, era = {}, {}, 0, era + 1
end
local function open(why)
  local closed = tonumber(circuit.closed or 0)
  if state ~= 'closed' or (closed > 0 and now - closed <= window) then openings = openings + 1 else openings = 1 end
  forget()
  state, reason, till = 'open', why, now + math.min(pause * 2 ^ math.min(openings - 1, 40), longest)
end
for i = 20, #ARGV, 2 do
  local id, ending = ARGV[i], ARGV[i + 1]
  if probes[id] and probes[id] > now and state == 'half_open' then
    redis.call('HDEL', key, 'p:' .. id)
    probes[id] = nil
    if ending == 'bad' then open('a probe failed')
    elseif ending == 'slow' then open('a probe was slow')
    elseif ending == 'good' then
      good = good + 1
      if good >= wanted then
        forget()
        state, reason, circuit.closed = 'closed', '', whole(now)
      end
    end
  end
end
local width = window / buckets
local step = math.floor(now / width)
if state == 'closed' and tonumber(ARGV[10]) == era and tonumber(ARGV[11]) > 0 then
  local sums = {0, 0, 0, 0, 0}
  local place = 1
  for number in string.gmatch(steps[step] or '', '%S+') do sums[place], place = tonumber(number), place + 1 end
  for i = 1, 5 do sums[i] = string.format('%.17g', sums[i] + tonumber(ARGV[10 + i])) end
  steps[step] = table.concat(sums, ' ')
  redis.call('HSET', key, 'b:' .. whole(step), steps[step])
end
local total = {0, 0, 0, 0, 0}
for number, said in pairs(steps) do
  if number <= step - buckets then redis.call('HDEL', key, 'b:' .. whole(number))
  else
    local place = 1
    for sum in string.gmatch(said, '%S+') do total[place], place = total[place] + tonumber(sum), place + 1 end
  end
end
local calls = total[1]
-- Only a failure or a slow answer can make matters worse, so only then is there anything to decide.
local worse = tonumber(ARGV[12]) > 0 or tonumber(ARGV[13]) > 0
if state == 'closed' and tonumber(ARGV[10]) == era then
  if worse and calls >= volume and total[2] >= tonumber(ARGV[4]) * calls then
    open(whole(total[2]) .. ' of ' .. whole(calls) .. ' calls failed')
  elseif worse and calls >= volume and total[3] >= tonumber(ARGV[5]) * calls then
    open(whole(total[3]) .. ' of ' .. whole(calls) .. ' calls were slow')
  elseif ARGV[16] ~= '' then open(ARGV[16]) end
  if state == 'open' then total = {0, 0, 0, 0, 0} end
end
local granted = 0
if ARGV[17] ~= '' then
  if state == 'open' and now >= till then state, good = 'half_open', 0 end
  if state == 'half_open' then
    local under_way = 0
    for id, lease in pairs(probes) do
      if lease > now then under_way = under_way + 1 else redis.call('HDEL', key, 'p:' .. id) end
    end
    if under_way < most then
      granted = 1
      redis.call('HSET', key, 'p:' .. ARGV[17], whole(now + tonumber(ARGV[18])))
    end
  end
end
redis.call('HSET', key, 'state', state, 'era', whole(era), 'till', whole(till), 'openings', whole(openings),
  'closed', circuit.closed or '0', 'reason', reason, 'good', whole(good))
redis.call('PEXPIRE', key, whole((math.max(0, till - now) + 2 * window + 2 * longest + tonumber(ARGV[18])) / 1000))
local wait = state == 'open' and math.max(0, till - now) or 0
return {state, whole(era), whole(granted), whole(wait), whole(openings), reason,
  whole(total[1]), whole(total[2]), whole(total[3]), string.format('%.17g', total[4]), string.format('%.17g', total[5])}
"""


class RedisCircuits:
    """Circuits on a Redis server, by its own clock; one that nobody calls is forgotten by the server."""

    local = False

    def __init__(self, server: Server | str) -> None:
        self.server = Server(server) if isinstance(server, str) else server

    def look(
        self,
        circuit: tuple[str, str],
        terms: Terms,
        era: int,
        tally: Tally,
        ended: Sequence[tuple[str, Ending]],
        probe: tuple[str, float],
        eject: str,
        /,
    ) -> Glance:
        values: list[str | int | float] = [
            _microseconds(terms.window),
            terms.buckets,
            terms.volume,
            terms.failure_rate,
            terms.slow_rate,
            _microseconds(terms.pause),
            _microseconds(terms.longest_pause),
            terms.probes,
            terms.successes,
            era,
            *msgspec.structs.astuple(tally),
            eject,
            probe[0],
            _microseconds(probe[1]),
            "",
        ]
        for said in ended:
            values += said
        answer = self.server.evaluate(_LOOK, [f"circuits:{msgspec.json.encode(circuit).decode()}"], values)
        calls, failures, slow = (int(number) for number in answer[6:9])
        return Glance(
            state=answer[0],
            era=int(answer[1]),
            probe=answer[2] == "1",
            wait=int(answer[3]) / 1e6,
            openings=int(answer[4]),
            reason=answer[5],
            tally=Tally(calls, failures, slow, float(answer[9]), float(answer[10])),
        )

    def close(self) -> None:
        """Close the connections to the server."""
        self.server.close()


def _microseconds(seconds: float) -> int:
    return max(1, round(seconds * 1e6))
