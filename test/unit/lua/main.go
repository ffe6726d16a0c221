// Runs a health check of Argo CD as Argo CD does: gopher-lua, the resource as global `obj`. Reads {script, objects} from stdin and prints
// the answers, one JSON object a line.
package main

import (
	"encoding/json"
	"os"

	lua "github.com/yuin/gopher-lua"
)

func main() {
	var input struct {
		Script  string `json:"script"`
		Objects []any  `json:"objects"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil {
		panic(err)
	}
	for _, object := range input.Objects {
		state := lua.NewState()
		state.SetGlobal("obj", toLua(state, object))
		if err := state.DoString(input.Script); err != nil {
			panic(err)
		}
		answer := state.Get(-1).(*lua.LTable)
		line := map[string]string{
			"status":  lua.LVAsString(answer.RawGetString("status")),
			"message": lua.LVAsString(answer.RawGetString("message")),
		}
		if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
			panic(err)
		}
		state.Close()
	}
}

func toLua(state *lua.LState, value any) lua.LValue {
	switch typed := value.(type) {
	case string:
		return lua.LString(typed)
	case float64:
		return lua.LNumber(typed)
	case bool:
		return lua.LBool(typed)
	case []any:
		table := state.NewTable()
		for _, item := range typed {
			table.Append(toLua(state, item))
		}
		return table
	case map[string]any:
		table := state.NewTable()
		for key, item := range typed {
			table.RawSetString(key, toLua(state, item))
		}
		return table
	}
	return lua.LNil
}
