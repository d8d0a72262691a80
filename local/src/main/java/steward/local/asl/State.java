package steward.local.asl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A state of a definition that was found valid. What may be empty was not given. */
sealed interface State {

    String name();

    /** As in Type, and at the start of the names of its events. */
    String type();

    /** Where a state leads to, in the order of the definition; empty for one that ends. */
    List<Transition> transitions();

    /** States that go on to one other state, or end their branch. */
    sealed interface Sequential extends State {
        Optional<String> next();

        Map<String, Template> assign();

        Optional<Template> output();

        @Override
        default List<Transition> transitions() {
            return next().map(to -> List.of(new Transition(to, ""))).orElse(List.of());
        }
    }

    /** States that work, may fail, and may be tried again. */
    sealed interface Working extends Sequential {
        List<Retrier> retriers();

        List<Catcher> catchers();

        @Override
        default List<Transition> transitions() {
            List<Transition> transitions = new ArrayList<>(Sequential.super.transitions());
            catchers().forEach(to -> transitions.add(new Transition(to.next(), String.join(", ", to.errors()))));
            return transitions;
        }
    }

    record Pass(String name, Optional<String> next, Map<String, Template> assign, Optional<Template> output)
            implements Sequential {
        @Override
        public String type() {
            return "Pass";
        }
    }

    record Wait(
            String name,
            Optional<String> next,
            Map<String, Template> assign,
            Optional<Template> output,
            Optional<Template> seconds,
            Optional<Template> timestamp)
            implements Sequential {
        @Override
        public String type() {
            return "Wait";
        }
    }

    record Task(
            String name,
            Optional<String> next,
            Map<String, Template> assign,
            Optional<Template> output,
            String resource,
            Optional<Template> arguments,
            Optional<Template> timeoutSeconds,
            Optional<Template> heartbeatSeconds,
            Optional<Template> credentials,
            List<Retrier> retriers,
            List<Catcher> catchers)
            implements Working {
        @Override
        public String type() {
            return "Task";
        }
    }

    record Parallel(
            String name,
            Optional<String> next,
            Map<String, Template> assign,
            Optional<Template> output,
            Optional<Template> arguments,
            List<States> branches,
            List<Retrier> retriers,
            List<Catcher> catchers)
            implements Working {
        @Override
        public String type() {
            return "Parallel";
        }
    }

    record MapItems(
            String name,
            Optional<String> next,
            Map<String, Template> assign,
            Optional<Template> output,
            Optional<Template> items,
            Optional<Template> itemSelector,
            Optional<Template> maxConcurrency,
            Optional<Template> toleratedFailureCount,
            Optional<Template> toleratedFailurePercentage,
            States processor,
            List<Retrier> retriers,
            List<Catcher> catchers)
            implements Working {
        @Override
        public String type() {
            return "Map";
        }
    }

    record Choice(
            String name,
            List<Rule> rules,
            Optional<String> otherwise,
            Map<String, Template> assign,
            Optional<Template> output)
            implements State {
        @Override
        public String type() {
            return "Choice";
        }

        @Override
        public List<Transition> transitions() {
            List<Transition> transitions = new ArrayList<>();
            rules.forEach(rule -> transitions.add(new Transition(rule.next(), rule.text())));
            otherwise.ifPresent(to -> transitions.add(new Transition(to, "Default")));
            return transitions;
        }
    }

    /**
     * What leads from a Choice to another state.
     *
     * @param text the condition as written, without its braces
     */
    record Rule(
            Template condition, String text, String next, Map<String, Template> assign, Optional<Template> output) {}

    record Succeed(String name, Optional<Template> output) implements State {
        @Override
        public String type() {
            return "Succeed";
        }

        @Override
        public List<Transition> transitions() {
            return List.of();
        }
    }

    record Fail(String name, Optional<Template> error, Optional<Template> cause) implements State {
        @Override
        public String type() {
            return "Fail";
        }

        @Override
        public List<Transition> transitions() {
            return List.of();
        }
    }
}
