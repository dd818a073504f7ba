package oracle

import "encoding/json"

// Cases is a cases.json. Lists are indexed [sequence][layer][...].
type Cases struct {
	Batch []struct {
		IDs      []int32 `json:"ids"`
		Segments []int32 `json:"segments"`
	} `json:"batch"`
	Labels     []float64         `json:"labels"`
	None       Answer            `json:"none"`
	TopK       map[string]Answer `json:"topk"`
	TopKStart1 map[string]Answer `json:"topk_start1"`
	TopKKeep   map[string]Answer `json:"topk_keep"`
	Threshold  map[string]Answer `json:"threshold"`
	Relative   Answer            `json:"relative"`
	Reference  struct {
		TopK      map[string]Answer `json:"topk"`
		Threshold map[string]Answer `json:"threshold"`
	} `json:"reference"`
	Plain      Step                       `json:"plain"`
	Soft       Step                       `json:"soft"`
	SoftPadded Step                       `json:"soft_padded"`
	Hard       Step                       `json:"hard"`
	HardTopK   Step                       `json:"hard_topk"`
	Trajectory Trajectory                 `json:"trajectory"`
	Tolerance  map[string]json.RawMessage `json:"tolerance"`
}

// Answer is what one rule gives.
type Answer struct {
	Theta    []float32     `json:"theta"`
	T        float32       `json:"t"`
	Rates    []float64     `json:"rates"` // of top-k: the share of the original length, by layer
	Logits   [][]float64   `json:"logits"`
	Kept     [][][]int32   `json:"kept"`
	Received [][][]float64 `json:"received"`
	FLOPs    []float64     `json:"flops"`
	Counts   [][]int       `json:"counts"` // of Reference alone: rows that leave each layer
}

// Step is one training step of the whole batch.
type Step struct {
	Theta       []float32           `json:"theta"`
	Temperature float32             `json:"temperature"`
	Lambda      float32             `json:"lambda"`
	Divisor     string              `json:"divisor"`
	Mean        string              `json:"mean"`
	Loss        float64             `json:"loss"`
	TaskLoss    float64             `json:"task_loss"`
	Regulariser float64             `json:"regulariser"`
	DTheta      []float64           `json:"dtheta"`
	Logits      [][]float64         `json:"logits"`
	Counts      [][]int             `json:"counts"`
	Grads       map[string]Gradient `json:"grads"`
}

// Gradient is what is known of one tensor: its norm and largest entries, each an
// index and a value.
type Gradient struct {
	Norm    float64      `json:"norm"`
	Largest [][2]float64 `json:"largest"`
	Zero    bool         `json:"zero"`
}

// Trajectory is thirty optimiser steps.
type Trajectory struct {
	Theta       []float32 `json:"theta"`
	Temperature float32   `json:"temperature"`
	Lambda      float32   `json:"lambda"`
	Divisor     string    `json:"divisor"`
	Optimiser   struct {
		Rate      float32    `json:"lr"`
		ThetaRate float32    `json:"theta_lr"`
		Betas     [2]float32 `json:"betas"`
		Eps       float32    `json:"eps"`
		Decay     float32    `json:"weight_decay"`
		Clip      float32    `json:"clip"`
		Warmup    int        `json:"warmup"`
		SoftSteps int        `json:"soft_steps"`
		HardSteps int        `json:"hard_steps"`
	} `json:"optimiser"`
	Batches [][]int             `json:"batches"`
	Soft    []TrajectoryStep    `json:"soft"`
	Hard    []TrajectoryStep    `json:"hard"`
	End     map[string]Gradient `json:"end"`
}

// TrajectoryStep is what was seen at one of them.
type TrajectoryStep struct {
	Factor       float64   `json:"factor"`
	Loss         float64   `json:"loss"`
	GradientNorm float64   `json:"gradient_norm"`
	Regulariser  float64   `json:"regulariser"`
	Theta        []float64 `json:"theta"`
	Counts       [][]int   `json:"counts"`
}
