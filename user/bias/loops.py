# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The second interpreter's program: loops.py CALLS ROUNDS [c]. Runs on every version that is known.
#
# It says, of each kind and round, ns a turn with the call and without, each measured twice; at a
# line of stdin it has them all seen for a few turns; then, a line each, it lets each be seen, and
# says ns a turn without the call again. Nothing of it may run after that, for usdt's probes are
# still there. A generator is resumed once more than its loop turns. The file's name is none of the
# kind that is looked at more closely at each call, as "<string>" is.
import sys, time
calls, rounds = int(sys.argv[1]), int(sys.argv[2])
some = 'abcdefghijklmnop'
forms = dict(
 several=(''.join('def leaf_{0}(): pass\n%s = leaf_{0}\n' % c for c in some) +
          'def loop_{0}(r):\n for _ in r: ' + '(); '.join(some) + '()', calls // 16),
 plain=('def leaf_{0}(): pass\ndef loop_{0}(r):\n for _ in r: leaf_{0}()', calls),
 arguments=('def leaf_{0}(a, b=0, *, c=0): return a\ndef loop_{0}(r):\n'
            ' for _ in r: leaf_{0}(1, c=_)', calls),
 method=('class C:\n def leaf_{0}(self, a): pass\no = C()\ndef loop_{0}(r):\n'
         ' for _ in r: o.leaf_{0}(_)', calls),
 recursion=('def leaf_{0}(k):\n if k: leaf_{0}(k - 1)\ndef loop_{0}(r):\n'
            ' for _ in r: leaf_{0}(7)', calls // 8),
 generator=('def leaf_{0}(r):\n for _ in r: yield\ndef loop_{0}(r):\n'
            ' for _ in leaf_{0}(r): pass', calls - 1))
if len(sys.argv) > 3: # calls of C functions
 for c in ('len(s)', 'isinstance(_, t)', 's.isdigit()', 'd.get(1)'):
  name = c.split('(')[0].split('.')[-1]
  forms[name] = ("s, t, d = '', int, {}\ndef loop_{0}(r, s=s, t=t, d=d):\n for _ in r: " + c, calls)
def empty(r):
 for _ in r: pass
loops = []
for i in range(rounds):
 for k in forms:
  space, name = {}, '%s_%d' % (k, i)
  exec(compile(forms[k][0].replace('{0}', name), 'bpfprof', 'exec'), space)
  loops.append((name, space['loop_' + name], range(forms[k][1]), []))
few, few_turns = range(2500), 8
def timed(f, r, clock=time.thread_time_ns):
 start = clock()
 middle = clock()
 f(r)
 return (clock() - middle - (middle - start)) / len(r)
def say(text):
 sys.stdout.write(text + '\n')
 sys.stdout.flush()
def alone():
 for name, loop, r, found in loops:
  r = r[:len(few)]
  loop(r[:64])
  empty(few[:64])
  found.append((timed(loop, r), timed(empty, few)))
def seen(loop, r):
 before = timed(empty, few)
 loop(r)
 return (before + timed(empty, few)) / 2
alone()
alone()
for name, loop, r, found in loops:
 say('%f %f %f %f' % (*found[0], *found[1]))
sys.stdin.readline()
for name, loop, r, found in loops:
 loop(r[:few_turns])
say('')
for name, loop, r, found in loops:
 sys.stdin.readline()
 say('%f' % seen(loop, r))
sys.stdin.readline()
