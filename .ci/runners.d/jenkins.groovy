// Stand-ins for the few steps of Jenkins that the examples use: groovy jenkins.groovy JENKINSFILE. A shell step is what
// Jenkins makes of it: a file, and `sh -xe` over it. That Jenkins itself takes the file, only Jenkins can say.
import org.codehaus.groovy.control.CompilerConfiguration

abstract class Steps extends Script {
    Map<String, String> env = [:]
    Throwable failure

    // Blocks that only hold others.
    def pipeline(Closure body) { body(); if (failure) throw failure }
    def stages(Closure body) { try { body() } catch (Throwable thrown) { failure = thrown } }
    def stage(String name, Closure body) { echo "stage $name"; body() }
    def steps(Closure body) { body() }
    def script(Closure body) { body() }
    def node(Closure body) { body() }
    def options(Closure body) { body() }
    def post(Closure body) { body() }
    def always(Closure body) { body() }
    def agent(Object which) { }
    def getAny() { 'any' }
    def disableConcurrentBuilds() { }
    def timeout(Map how) { }

    def environment(Closure body) {
        body.delegate = env
        body.resolveStrategy = Closure.DELEGATE_ONLY
        body()
    }

    def withEnv(List<String> pairs, Closure body) { during(pairs.collectEntries { it.split('=', 2) as List }, body) }
    def usernamePassword(Map how) { how }
    def withCredentials(List<Map> bindings, Closure body) {
        assert bindings*.credentialsId == ['aliyun']
        during(bindings.collectEntries {
            [(it.usernameVariable): System.getenv('KEY_ID'), (it.passwordVariable): System.getenv('KEY_SECRET')]
        }, body)
    }
    private during(Map added, Closure body) {
        def before = new LinkedHashMap(env)
        env.putAll(added)
        try { body() } finally { env.clear(); env.putAll(before) }
    }

    def echo(Object text) { println text }
    def junit(String file) { assert new File(file).length() > 0; println "junit $file" }

    def sh(String text) { sh(script: text) }
    def sh(Map how) {
        def file = File.createTempFile('script', '.sh')
        file.text = how.script
        def builder = new ProcessBuilder('dash', '-xe', file.path)
        builder.environment().putAll(env)
        builder.environment().keySet().removeAll(['KEY_ID', 'KEY_SECRET'])
        builder.redirectError(ProcessBuilder.Redirect.INHERIT)
        if (!how.returnStdout) { builder.redirectOutput(ProcessBuilder.Redirect.INHERIT) }
        def process = builder.start()
        def text = how.returnStdout ? process.inputStream.text : null
        def code = process.waitFor()
        file.delete()
        if (code != 0) { throw new IOException("script returned exit code $code") }
        text
    }
}

def configuration = new CompilerConfiguration(scriptBaseClass: 'Steps')
new GroovyShell(this.class.classLoader, new Binding(), configuration).evaluate(new File(args[0]))
