package hwtest

import "ltpbench/hw"

// memory checks what is handed out, and copies to it and from it.
func memory(p *probe) {
	p.begin("Floats and Ints are zeroed")
	for _, v := range p.floats(p.d.Floats(7, 5)) {
		if v != 0 {
			p.fail("an element of new memory is %v", v)
		}
	}
	for _, v := range p.ints(p.d.Ints(9)) {
		if v != 0 {
			p.fail("an entry of new memory is %v", v)
		}
	}
	p.end()

	p.begin("Write and Read of a slice")
	x := p.random(9, 5)
	m := p.mat(x)
	part := p.random(3, 5)
	p.d.Write(m.Slice(4, 7), part.float32s())
	copy(x.x[4*5:], part.x)
	p.want("the whole", m, x)
	p.want("the slice", m.Slice(4, 7), part)
	list := p.list([]int32{1, 2, 3, 4})
	p.d.WriteInts(list.Top(2), []int32{8, 9})
	if got := p.ints(list); got[0] != 8 || got[1] != 9 || got[2] != 3 || got[3] != 4 {
		p.fail("a list is %v", got)
	}
	p.end()

	p.begin("copies of what the host owns")
	host := []float32{1, 2, 3}
	w := p.d.Pack(host, host[:1], 1, 3)
	one := p.mat(mat{1, 3, []float64{1, 1, 1}})
	y, again := p.out(1, 1), p.out(1, 1)
	p.d.Write(again, host[:1])
	host[0] = 100
	p.d.Linear(y, one, w, hw.Identity, hw.Mat{})
	p.want("Linear after its host weights changed", y, mat{1, 1, []float64{7}})
	p.want("what was written", again, mat{1, 1, []float64{1}})
	p.end()

	p.begin("Info")
	if i := p.d.Info(); i.Name == "" || i.Kernel == "" || i.Type == "" {
		p.fail("%+v leaves out a name", i)
	}
}
