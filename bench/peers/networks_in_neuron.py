"""The event-driven networks of scenarios/scale in NEURON (Debian: python3-neuron).

usage: /usr/bin/python3 networks_in_neuron.py CELL        CELL: IntFire1 | IntFire4
1,000 cells; each receives its own Poisson train at 1 kHz (delay 1 ms) and projects to 100 random cells with delays uniform in 1..5 ms;
cells 0-799 excite, 800-999 inhibit. 1 s simulated. Prints one JSON line; an event is one arrival at one cell, external ones included.
"""
import json, random, sys, time
from neuron import h, __version__

kind = sys.argv[1]
drive = {'IntFire1': 0.06, 'IntFire4': 0.1}[kind]
random.seed(1)
h.load_file('stdrun.hoc')
CELLS, TARGETS = 1000, 100
cells = [getattr(h, kind)() for _ in range(CELLS)]
if kind == 'IntFire1':
    for cell in cells:
        cell.tau, cell.refrac = 20, 2
keep = []
for i, cell in enumerate(cells):
    stim = h.NetStim()
    stim.interval, stim.number, stim.start, stim.noise = 1.0, 1e9, random.random(), 1
    con = h.NetCon(stim, cell)
    con.weight[0], con.delay = drive, 1
    keep += [stim, con]
    for j in random.sample(range(CELLS), TARGETS):
        con = h.NetCon(cell, cells[j])
        con.weight[0], con.delay = (0.002 if i < 800 else -0.01), 1 + 4 * random.random()
        keep.append(con)
times, ids = h.Vector(), h.Vector()
for i, cell in enumerate(cells):
    con = h.NetCon(cell, None)
    con.record(times, ids, i)
    keep.append(con)
h.CVode().active(0)
h.finitialize()
pc = h.ParallelContext()
pc.set_maxstep(10)
start = time.time()
pc.psolve(1000)
wall = time.time() - start
events = len(times) * TARGETS + CELLS * 1000
print(json.dumps(dict(simulator='neuron ' + __version__, cell=kind, spikes=len(times), events=events, wall_per_simulated_s=wall, million_events_per_s=events / wall / 1e6)))
