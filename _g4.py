import tests.bench.bench_asking as b
from statistics import median
with b.unhurried(0.0) as (url,_):
    out={}
    for i in range(4):
        for name in ("resent","probed"):
            m=b.measure(name,url,16,3000); out.setdefault(name,[]).append(m["cpu"]/3)
    print({k:[round(x,3) for x in v] for k,v in out.items()}, "ms/request")
