"""The benchmark networks of scenarios/scale in Brian2 (Debian: python3-brian and g++), C++ standalone, one thread, f32.

usage:  /usr/bin/python3 networks_in_brian2.py NETWORK WARMUP_S SIMULATE_S        NETWORK: cuba | coba | brunel | brunel_stdp | inhibitory_stdp
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

coba = '''dv/dt = ((-60*mV - v) - ge*v - gi*(v + 80*mV) + 20*mV)/(20*ms) : volt (unless refractory)
          dge/dt = -ge/(5*ms) : 1
          dgi/dt = -gi/(10*ms) : 1'''
traces = '''w : {unit}
            dx/dt = -x/(20*ms) : 1 (event-driven)
            dy/dt = -y/(20*ms) : 1 (event-driven)'''

if network in ('cuba', 'coba'):
    if network == 'cuba':
        equations = '''dv/dt = (ge + gi - (v + 49*mV))/(20*ms) : volt (unless refractory)
                       dge/dt = -ge/(5*ms) : volt
                       dgi/dt = -gi/(10*ms) : volt'''
        method, to_e, to_i = 'exact', 'ge += 1.62*mV', 'gi -= 9*mV'
    else:
        equations, method, to_e, to_i = coba, 'euler', 'ge += 0.4', 'gi += 5.1'
    cells = NeuronGroup(4000, equations, threshold='v > -50*mV', reset='v = -60*mV', refractory=5*ms, method=method)
    cells.v = '-60*mV + rand()*10*mV' if network == 'cuba' else -60*mV
    exc = Synapses(cells, cells, on_pre=to_e, delay=0.8*ms)
    exc.connect('i < 3200', p=0.02)
    inh = Synapses(cells, cells, on_pre=to_i, delay=0.8*ms)
    inh.connect('i >= 3200', p=0.02)
    objects = [cells, exc, inh]
elif network in ('brunel', 'brunel_stdp'):
    J, n_exc = 0.1*mV, 10000
    cells = NeuronGroup(12500, 'dv/dt = -v/(20*ms) : volt (unless refractory)', threshold='v >= 20*mV', reset='v = 0*mV',
                        refractory=2*ms, method='exact')
    drive = PoissonInput(cells, 'v', N=1000, rate=20*Hz, weight=J)
    hit = 'v_post += {w}*int(not_refractory_post)'
    exc = Synapses(cells, cells, on_pre=hit.format(w='J'), delay=1.5*ms)
    exc.connect('i < n_exc' if network == 'brunel' else 'i < n_exc and j >= n_exc', p=0.1)
    plastic = []
    if network == 'brunel_stdp':
        step, w_max = 1e-9, 0.3*mV
        learn = Synapses(cells[:n_exc], cells[:n_exc], traces.format(unit='volt'), delay=1.5*ms,
                         on_pre=hit.format(w='w') + '; x += 1; w = clip(w - 2.02*step*w_max*y, 0*volt, w_max)',
                         on_post='y += 1; w = clip(w + step*w_max*x, 0*volt, w_max)')
        learn.connect(p=0.1)
        learn.w = J
        plastic = [learn]
    inh = Synapses(cells, cells, on_pre=hit.format(w='-5*J'), delay=1.5*ms)
    inh.connect('i >= n_exc', p=0.1)
    objects = [cells, drive, exc, inh, *plastic]
elif network == 'inhibitory_stdp':
    cells = NeuronGroup(10000, coba, threshold='v > -50*mV', reset='v = -60*mV', refractory=5*ms, method='euler')
    cells.v = '-60*mV + 5*mV*randn()'
    exc = Synapses(cells, cells, on_pre='ge += 0.3', delay=0.8*ms)
    exc.connect('i < 8000', p=0.02)
    inh = Synapses(cells[8000:], cells[8000:], on_pre='gi += 3.0', delay=0.8*ms)
    inh.connect(p=0.02)
    eta, offset = 1e-3, 2*3*0.02
    learn = Synapses(cells[8000:], cells[:8000], traces.format(unit='1'), delay=0.8*ms,
                     on_pre='gi_post += w; x += 1; w = clip(w + eta*(y - offset), 0, 30)',
                     on_post='y += 1; w = clip(w + eta*x, 0, 30)')
    learn.connect(p=0.02)
    learn.w = 3.5
    objects = [cells, exc, inh, learn]
else:
    raise SystemExit(f'unknown network {network}; known are cuba, coba, brunel, brunel_stdp, inhibitory_stdp')

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
