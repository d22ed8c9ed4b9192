"""
`bpviz bench`: how fast bpviz is, beside what else is installed.

`run` asks for one measurement after the other, `parts` says what each is made of. What is measured
runs in a process of its own, so that nothing disturbs anything else: each of the other modules is
such a program, ``python -m bpviz.bench.train 784-16-16-10/32``, and answers with one line of JSON.
"""
