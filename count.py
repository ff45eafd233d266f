import ast,sys,io,tokenize
def lines(src):
    return sum(1 for l in src.splitlines() if l.strip() and not l.strip().startswith('#'))
g=open('/work/wt/m07/modules/07_training/given.py').read()
import re
for s in re.split(r'(?m)^# %% given: ',g)[1:]:
    print(s.split(' ')[0], lines(s.split('\n',1)[1]))
print('given',lines(g))
t=open('/work/wt/m07/modules/07_training/training.py').read()
ex=vis=0;own=0
for c in re.split(r'(?m)^# %%',t)[1:]:
    head=c.split('\n',1)[0]
    if '"solution": true' in head:
        body=re.sub(r'(?s)### BEGIN SOLUTION.*?### END SOLUTION','raise NotImplementedError()',c.split('\n',1)[1])
        ex+=lines(c.split('\n',1)[1]); own+=lines(c)-lines(body)
        print(head[:60],lines(body))
    elif '"grade": true' in head and 'HIDDEN' not in c: vis+=lines(c.split('\n',1)[1])
print('exercise',ex,'visible',vis,'own',own, 'ratio',lines(g)/(ex+vis))
