/** A slot that its node has not renewed for this long is free again. */
export const SLOT_LIFE_MS = 15_000;

/**
 * The scripts of the rate windows. A window is a hash: `p` the part of time it was last brought up
 * to, `t` its count, `l` the latest part that anything was added in, and one field per part. Sliding
 * windows have 100 parts and count one more, the one that their begin cuts; a day is one part.
 *
 * What is under way is a sorted set: one member per reservation, by the time at which it is given up
 * unless its node renews it, so that the slots of a node that died come back.
 */
const PRELUDE = `
local PARTS = 100
local DAY_MS = 86400000
local LENGTH_MS = { minute = 60000, hour = 3600000 }
local SLOT_LIFE_MS = ${SLOT_LIFE_MS}
local SLOT_RETRY_MS = 1000

local function integer(value) return string.format('%.0f', value) end

local function clock(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- The window brought up to now: what has left it is taken off its count.
local function open(key, span, now)
  local kept = redis.call('HMGET', key, 'p', 't', 'l')
  local window = { key = key, span = span, now = now, isNew = not kept[1] }
  local before = tonumber(kept[1] or -1)
  window.count = tonumber(kept[2] or 0)
  window.latest = tonumber(kept[3] or -1)
  window.partMs = span == 'day' and DAY_MS or LENGTH_MS[span] / PARTS
  window.slots = span == 'day' and 1 or PARTS + 1
  -- A clock that is set back must not give the same time again.
  window.part = math.max(before, math.floor(now / window.partMs))
  if window.isNew or window.part == before then return window end
  if window.part - before >= window.slots then
    redis.call('DEL', key)
    window.isNew = true
    window.count = 0
    window.latest = -1
    return window
  end
  local gone = {}
  for part = before - window.slots + 1, window.part - window.slots do
    gone[#gone + 1] = integer(part)
  end
  for _, value in ipairs(redis.call('HMGET', key, unpack(gone))) do
    if value then window.count = window.count - tonumber(value) end
  end
  redis.call('HDEL', key, unpack(gone))
  redis.call('HSET', key, 'p', integer(window.part), 't', integer(window.count), 'l', integer(window.latest))
  return window
end

local function leavesMs(window, part)
  return (part + window.slots) * window.partMs - window.now
end

local function resetMs(window)
  return window.count == 0 and 0 or leavesMs(window, window.latest)
end

-- Milliseconds until at least the amount has left the count.
local function freesMs(window, amount)
  local first = window.part - window.slots + 1
  local names = {}
  for part = first, window.part do names[#names + 1] = integer(part) end
  local freed = 0
  for i, value in ipairs(redis.call('HMGET', window.key, unpack(names))) do
    freed = freed + tonumber(value or 0)
    if freed >= amount then return leavesMs(window, first + i - 1) end
  end
  return leavesMs(window, window.part)
end

-- The slots that are taken now.
local function running(key, now)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', integer(now))
  return redis.call('ZCARD', key)
end

local function occupy(key, member, now)
  redis.call('ZADD', key, integer(now + SLOT_LIFE_MS), member)
  redis.call('PEXPIRE', key, integer(SLOT_LIFE_MS * 2))
end

-- Puts a new value into a part that is still counted.
local function write(window, part, value, count)
  window.count = count
  if value > 0 and part > window.latest then window.latest = part end
  redis.call('HSET', window.key, 'p', integer(window.part), 't', integer(count),
    'l', integer(window.latest), integer(part), integer(value))
  redis.call('PEXPIRE', window.key, integer(window.slots * window.partMs * 2))
end
`;

/**
 * How long the mark of an owner's memory is kept after its last request, milliseconds: longer than
 * any of its counts.
 */
const MARK_LIFE_MS = 2 * 86_400_000;

/**
 * Takes from all windows or from none. KEYS: the mark of the owner's memory, then the windows. ARGV:
 * now or '', `reserve` or `record`, the name of the reservation, then span, limit and amount of each
 * window. Answers 1, the mark and used, reset, part of each window; or 0, the mark, the index of the
 * window that frees last, 1 for an amount that never fits, the wait, used and reset. The mark is
 * another one when Redis has forgotten what it had counted.
 */
export const TAKE_SCRIPT = `${PRELUDE}
local now = clock(ARGV[1])
local mark = redis.call('GETEX', KEYS[1], 'PX', ${MARK_LIFE_MS})
if not mark then
  local time = redis.call('TIME')
  mark = integer(tonumber(time[1]) * 1000000 + tonumber(time[2]))
  redis.call('SET', KEYS[1], mark, 'PX', ${MARK_LIFE_MS})
end
local windows = {}
local worst
for i = 1, #KEYS - 1 do
  local key = KEYS[i + 1]
  local at = i * 3 + 1
  local isSlot = ARGV[at] == 'running'
  local window = isSlot and { key = key, isSlot = true, count = running(key, now) } or open(key, ARGV[at], now)
  window.amount = tonumber(ARGV[at + 2])
  windows[i] = window
  local limit = tonumber(ARGV[at + 1])
  if ARGV[2] == 'reserve' and window.count + window.amount > limit then
    local never = window.amount > limit
    local wait = never and math.huge or isSlot and SLOT_RETRY_MS
      or freesMs(window, window.count + window.amount - limit)
    if not worst or wait > worst.wait then
      worst = { index = i - 1, never = never, wait = wait, window = window }
    end
  end
end
if worst then
  local wait = worst.never and 0 or math.ceil(worst.wait)
  local reset = worst.window.isSlot and 0 or math.ceil(resetMs(worst.window))
  return { 0, tonumber(mark), worst.index, worst.never and 1 or 0, wait, worst.window.count, reset }
end
local answer = { 1, tonumber(mark) }
local function take(window)
  if window.isSlot then
    if window.amount > 0 then occupy(window.key, ARGV[3], now) end
    window.count = window.count + window.amount
    return 0, 0
  end
  local value = tonumber(redis.call('HGET', window.key, integer(window.part)) or 0) + window.amount
  write(window, window.part, value, window.count + window.amount)
  return math.ceil(resetMs(window)), window.part
end
for _, window in ipairs(windows) do
  local reset, part = take(window)
  answer[#answer + 1] = window.count
  answer[#answer + 1] = reset
  answer[#answer + 1] = part
end
return answer
`;

/**
 * Changes what was taken earlier. ARGV: now or '', the name of the reservation, then span, part and
 * difference of each key. Slots are given up.
 */
export const AMEND_SCRIPT = `${PRELUDE}
local now = clock(ARGV[1])
for i, key in ipairs(KEYS) do
  local at = i * 3
  local isSlot = ARGV[at] == 'running'
  if isSlot then redis.call('ZREM', key, ARGV[2]) end
  local window = not isSlot and open(key, ARGV[at], now)
  local part = tonumber(ARGV[at + 1])
  if window and not window.isNew and part > window.part - window.slots then
    local before = tonumber(redis.call('HGET', key, integer(part)) or 0)
    local after = math.max(0, before + tonumber(ARGV[at + 2]))
    write(window, part, after, window.count + after - before)
  end
end
return 1
`;

/** Keeps slots that are still taken. ARGV: now or '', then the name of the reservation of each key. */
export const RENEW_SCRIPT = `${PRELUDE}
local now = clock(ARGV[1])
for i, key in ipairs(KEYS) do occupy(key, ARGV[i + 1], now) end
return 1
`;
