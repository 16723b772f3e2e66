"""The benchmark networks of scenarios/scale in Brian2 (Debian: python3-brian and g++), C++ standalone, one thread, f32.

usage:  /usr/bin/python3 networks_in_brian2.py NETWORK WARMUP_S SIMULATE_S        NETWORK: cuba | coba | brunel
Prints one JSON line: wall seconds of the simulation loop alone per simulated second (warm-up included in both), rate.
"""
import json, os, subprocess, sys, tempfile
from brian2 import *

network, warmup, simulate = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
directory = tempfile.mkdtemp(prefix='brian2_')
set_device('cpp_standalone', directory=directory, build_on_run=False)
prefs.codegen.cpp.extra_compile_args_gcc = ['-w', '-O3', '-march=native', '-ffast-math', '-std=c++11', '-DNDEBUG']
prefs.devices.cpp_standalone.openmp_threads = 0
prefs.core.default_float_dtype = float32
defaultclock.dt = 0.1*ms
seed(12345)

if network in ('cuba', 'coba'):
    if network == 'cuba':
        equations = '''dv/dt = (ge + gi - (v + 49*mV))/(20*ms) : volt (unless refractory)
                       dge/dt = -ge/(5*ms) : volt
                       dgi/dt = -gi/(10*ms) : volt'''
        method, to_e, to_i = 'exact', 'ge += 1.62*mV', 'gi -= 9*mV'
    else:
        equations = '''dv/dt = ((-60*mV - v) - ge*v - gi*(v + 80*mV) + 20*mV)/(20*ms) : volt (unless refractory)
                       dge/dt = -ge/(5*ms) : 1
                       dgi/dt = -gi/(10*ms) : 1'''
        method, to_e, to_i = 'euler', 'ge += 0.4', 'gi += 5.1'
    cells = NeuronGroup(4000, equations, threshold='v > -50*mV', reset='v = -60*mV', refractory=5*ms, method=method)
    cells.v = '-60*mV + rand()*10*mV' if network == 'cuba' else -60*mV
    exc = Synapses(cells, cells, on_pre=to_e, delay=0.8*ms)
    exc.connect('i < 3200', p=0.02)
    inh = Synapses(cells, cells, on_pre=to_i, delay=0.8*ms)
    inh.connect('i >= 3200', p=0.02)
    objects = [cells, exc, inh]
elif network == 'brunel':
    J, n_exc = 0.1*mV, 10000
    cells = NeuronGroup(12500, 'dv/dt = -v/(20*ms) : volt (unless refractory)', threshold='v >= 20*mV', reset='v = 0*mV',
                        refractory=2*ms, method='exact')
    drive = PoissonInput(cells, 'v', N=1000, rate=20*Hz, weight=J)
    hit = 'v_post += {w}*int(not_refractory_post)'
    exc = Synapses(cells, cells, on_pre=hit.format(w='J'), delay=1.5*ms)
    exc.connect('i < n_exc', p=0.1)
    inh = Synapses(cells, cells, on_pre=hit.format(w='-5*J'), delay=1.5*ms)
    inh.connect('i >= n_exc', p=0.1)
    objects = [cells, drive, exc, inh]
else:
    raise SystemExit(f'unknown network {network}; known are cuba, coba, brunel')

count = SpikeMonitor(cells, record=False, name='count')
Network(*objects, count).run((warmup + simulate)*second)
device.build(directory=directory, compile=True, run=False, debug=False)
subprocess.run(['./main'], cwd=directory, check=True, stdout=subprocess.DEVNULL)
wall = float(open(os.path.join(directory, 'results/last_run_info.txt')).read().split()[0])
results = os.path.join(directory, 'results')
counter = next(f for f in os.listdir(results) if f.startswith(('_dynamic_array_count_N', '_array_count_N')))
spikes = int(np.fromfile(os.path.join(results, counter), dtype=np.int32, count=1)[0])
span = warmup + simulate
print(json.dumps(dict(simulator='brian2 ' + __import__('brian2').__version__, network=network, wall_per_simulated_s=wall/span,
                      rate_hz=spikes/len(cells)/span)))
