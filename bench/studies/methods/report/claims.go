package main

// controls are what every method is compared with, and the schedule that needs no learning.
var controls = []string{"random", "truncate", "shallow", "topk:start=1"}

// variants are the plans that train one method otherwise, each with the method it changes.
var variants = []struct{ plan, method string }{
	{"token-labels", "topk:start=1"}, {"weight", "topk:start=1"}, {"token-scl", "topk:start=1"},
	{"prefix", "topk:start=1"}, {"grow", "topk:start=1"}, {"budget", "threshold"},
}

// questions are pairs of which what differs has a name.
var questions = []struct{ method, rival, asks string }{
	{"threshold", "topk:rates", "learned thresholds or a searched schedule"},
	{"threshold", "calibrated", "thresholds learned or calibrated on unlabelled text"},
	{"threshold", "calibrated:rates", "thresholds learned, or searched with training for all lengths"},
	{"topk:rates", "topk:start=1", "a searched schedule, with training for all lengths, or a straight line"},
	{"topk:rates", "calibrated:rates", "a searched schedule by count or by threshold"},
	{"topk:rates", "lengthdrop", "the schedule searched or the same share in every layer"},
	{"dynamicvit:decide=threshold", "dynamicvit", "ragged counts or fixed ones"},
	{"evit:fuse=mean", "evit", "a fused row or none"},
	{"threshold+budget", "threshold", "the budget as an objective or a steered mask"},
	{"topk:start=1+weight", "topk:start=1+token-labels", "early tokens weighed more or all alike"},
}

// Of the table of scores and rules: the first score is the rules' default, the last one is what the others are compared with.
var (
	scoreNames = []string{"received", "others", "accumulated", "cls", "random"}
	ruleNames  = []string{"calibrated", "topk:start=1", "quantile"}
)

// decisions are DynamicViT's: a fixed number of tokens, and what the text decides.
var decisions = []string{"dynamicvit", "dynamicvit:decide=threshold"}
